package import Foundation

/// Which proxy a request goes through: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in
/// capitals or not.
package struct ProxySettings: Sendable {
  /// A proxy.
  package struct Proxy: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
      case http
      case socks5
    }

    let kind: Kind
    package let host: String
    package let port: Int
    /// A name and a password, when the proxy wants them.
    package let user: String?
    package let password: String?
  }

  private let secure: Proxy?
  private let plain: Proxy?
  private let exceptions: [String]

  /// Reads the variables.
  ///
  /// - Throws: ``HubError`` when one is not the address of a proxy that can be used.
  package init(_ environment: EnvironmentVariables) throws(HubError) {
    secure = try Self.proxy(["https_proxy", "all_proxy"], environment)
    plain = try Self.proxy(["http_proxy", "all_proxy"], environment)
    let list = environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
    exceptions = list.split(whereSeparator: { $0 == "," || $0 == " " }).map {
      $0.lowercased()
    }
  }

  /// The proxy for an address; nil when it is asked directly.
  package func proxy(for url: URL) -> Proxy? {
    guard let chosen = url.scheme?.lowercased() == "https" ? secure : plain else { return nil }
    let host = url.host()?.lowercased() ?? ""
    let place = "\(host):\(url.effectivePort)"
    let isException = exceptions.contains { exception in
      var name = exception[...]
      if name == "*" { return true }
      if name.hasPrefix("*") { name = name.dropFirst() }
      if name.hasPrefix(".") { name = name.dropFirst() }
      return [host, place].contains { $0 == name || $0.hasSuffix("." + name) }
    }
    return isException ? nil : chosen
  }

  private static func proxy(
    _ names: [String], _ environment: EnvironmentVariables
  ) throws(HubError) -> Proxy? {
    for name in names.flatMap({ [$0, $0.uppercased()] }) {
      guard let text = environment[name] else { continue }
      return try proxy(text, name)
    }
    return nil
  }

  private static func proxy(_ text: String, _ name: String) throws(HubError) -> Proxy {
    let kinds: [String: Proxy.Kind] = ["http": .http, "socks5": .socks5, "socks5h": .socks5]
    guard let url = URL(string: text.contains("://") ? text : "http://\(text)"),
      let kind = kinds[url.scheme?.lowercased() ?? ""], let host = url.host(), !host.isEmpty
    else {
      // The address itself may hold a password.
      throw HubError(
        .invalidSetting,
        "\(name) is not the address of a proxy that can be used. Give http://HOST:PORT or "
          + "socks5://HOST:PORT, or unset it.")
    }
    return Proxy(
      kind: kind, host: host, port: url.port ?? (kind == .http ? 80 : 1080),
      user: url.user(percentEncoded: false), password: url.password(percentEncoded: false))
  }
}

extension URL {
  /// The port, also when it is the usual one of the scheme and not written.
  var effectivePort: Int { port ?? (scheme?.lowercased() == "https" ? 443 : 80) }

  /// Scheme, host and port: what a token may be sent to is decided by these.
  var origin: String {
    "\(scheme?.lowercased() ?? "")://\(host()?.lowercased() ?? ""):\(effectivePort)"
  }
}
