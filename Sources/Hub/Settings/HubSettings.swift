public import Foundation

/// Where models come from, where they are kept, and how patiently.
///
/// The settings are those of Python's hub library, read from the same variables of the environment,
/// so that both programs find each other's files.
public struct HubSettings: Sendable {
  /// The hub's address, without a slash at its end: `HF_ENDPOINT`, else `https://huggingface.co`.
  public let endpoint: URL
  /// The cache: `HF_HUB_CACHE`, `HUGGINGFACE_HUB_CACHE`, else `hub` in `HF_HOME`, which is
  /// `~/.cache/huggingface` (or in `XDG_CACHE_HOME`).
  public var cacheFolder: URL
  /// What proves who asks; nil asks as a stranger.
  public var token: AccessToken?
  /// Whether the network is not to be used: `HF_HUB_OFFLINE` or `TRANSFORMERS_OFFLINE`.
  public var isOffline: Bool
  /// The seconds without any data after which a transfer is begun again:
  /// `HF_HUB_DOWNLOAD_TIMEOUT`, else 10.
  public var downloadTimeout: Int
  /// The seconds that a question about a model or file may take: `HF_HUB_ETAG_TIMEOUT`, else 10.
  public var metadataTimeout: Int
  /// The files fetched at the same time.
  public var parallelFiles = 4
  /// What the hub's logs call this program.
  public var userAgent = "swift-finetune"
  /// How failures that pass are waited out.
  package var retries = RetryPolicy()
  let proxies: ProxySettings

  /// The hub that everyone uses.
  public static let usualEndpoint = "https://huggingface.co"

  /// Reads the settings from variables of the environment.
  ///
  /// - Throws: ``HubError`` with `invalidSetting` when a variable cannot be used.
  public init(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(HubError) {
    let variables = EnvironmentVariables(environment)
    endpoint = try Self.endpoint(variables["HF_ENDPOINT"] ?? Self.usualEndpoint)
    let caches =
      variables.path("XDG_CACHE_HOME")
      ?? URL(filePath: variables.home, directoryHint: .isDirectory).appending(path: ".cache")
    let home = variables.path("HF_HOME") ?? caches.appending(path: "huggingface")
    cacheFolder =
      variables.path("HF_HUB_CACHE") ?? variables.path("HUGGINGFACE_HUB_CACHE")
      ?? home.appending(path: "hub")
    isOffline = variables.isTrue(
      variables["HF_HUB_OFFLINE"] == nil ? "TRANSFORMERS_OFFLINE" : "HF_HUB_OFFLINE")
    downloadTimeout = try variables.seconds("HF_HUB_DOWNLOAD_TIMEOUT", default: 10)
    metadataTimeout = try variables.seconds("HF_HUB_ETAG_TIMEOUT", default: 10)
    proxies = try ProxySettings(variables)
    token = try AccessToken.found(variables, home: home)
    if let token, !token.isSendable {
      throw HubError(
        .invalidSetting,
        "The token from \(token.origin) holds characters that no token has. Copy it anew from "
          + "\(Self.usualEndpoint)/settings/tokens.")
    }
  }

  private static func endpoint(_ text: String) throws(HubError) -> URL {
    var address = text.trimmingCharacters(in: .whitespaces)
    while address.hasSuffix("/") { address.removeLast() }
    guard let url = URL(string: address), let scheme = url.scheme?.lowercased(),
      ["http", "https"].contains(scheme), let host = url.host(), !host.isEmpty,
      url.query() == nil, url.fragment() == nil, url.user() == nil
    else {
      throw HubError(
        .invalidSetting,
        "HF_ENDPOINT=\(text.asQuotation) is not the address of a hub. Give one such as "
          + "\(usualEndpoint), or unset it.")
    }
    return url
  }
}
