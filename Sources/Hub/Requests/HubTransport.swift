import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import Synchronization

/// Sends requests: with the token to the hub alone, through the proxy that the address asks for.
final class HubTransport: Sendable {
  /// A question to the hub.
  struct Request: Sendable {
    let url: URL
    /// Whether the headers are all that is wanted.
    var isForHeaders = false
    var headers: [(String, String)] = []
    /// Whether the content is looked for where the hub sends the client; else the hub's own answer
    /// is what is wanted.
    var followsToOtherHosts = true
    /// The seconds for the whole answer; nil when it may take as long as data come.
    var seconds: Int?
  }

  private let settings: HubSettings
  private let clients = Mutex<[ProxySettings.Proxy?: HTTPClient]>([:])
  /// Who may see the token: the hub that was asked for, and the hub that tokens are made by.
  private let trusted: Set<String>

  init(_ settings: HubSettings) {
    self.settings = settings
    let known = [settings.endpoint.absoluteString, HubSettings.usualEndpoint, "https://hf.co"]
    trusted = Set(known.compactMap { URL(string: $0)?.origin })
  }

  /// Ends all connections; no request may follow.
  func shutDown() async {
    let open = clients.withLock { clients in
      defer { clients.removeAll() }
      return Array(clients.values)
    }
    for client in open { try? await client.shutdown() }
  }

  /// Sends a request, and follows where it is sent.
  ///
  /// - Throws: ``PassingFailure`` when the connection or the server fails, ``HubError`` when it is
  ///   of no use to try again.
  func send(_ request: Request) async throws -> HubResponse {
    var url = request.url
    var hubHeaders: HTTPHeaders?
    for _ in 0..<Self.mostRedirects {
      let answer = try await execute(request, at: url)
      if trusted.contains(url.origin) || hubHeaders == nil { hubHeaders = answer.headers }
      let response = HubResponse(answer, from: url, hubHeaders: hubHeaders ?? [:])
      guard response.isRedirect, let location = response.header("Location") else {
        try throwIfPassing(response)
        return response
      }
      guard let next = URL(string: location, relativeTo: url)?.absoluteURL,
        ["http", "https"].contains(next.scheme?.lowercased() ?? "")
      else {
        throw HubError(
          .invalidAnswer,
          "\(url.origin) sends the client to '\(location.asQuotation)', which is "
            + "not an address.")
      }
      if !request.followsToOtherHosts, next.origin != url.origin, !trusted.contains(next.origin) {
        return response
      }
      url = next
    }
    throw HubError(
      .invalidAnswer,
      "\(request.url.origin) sends the client round in circles (\(Self.mostRedirects) redirects).")
  }

  /// A failure of the connection to a host, told apart from one of this program.
  static func passing(_ error: any Error, host: String) -> any Error {
    if error is HubError || error is PassingFailure || error is CancellationError { return error }
    guard let known = error as? HTTPClientError else {
      return PassingFailure(
        reason: "the connection to \(host) failed (\("\(error)".asQuotation))", code: .unreachable)
    }
    switch known {
    case .cancelled, .requestStreamCancelled: return CancellationError()
    case .readTimeout, .deadlineExceeded:
      return PassingFailure(reason: "\(host) does not answer in time", code: .unreachable)
    case .connectTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout,
      .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
      return PassingFailure(reason: "\(host) cannot be reached in time", code: .unreachable)
    case .remoteConnectionClosed, .uncleanShutdown:
      return PassingFailure(reason: "\(host) cut the connection", code: .unreachable)
    case .proxyAuthenticationRequired, .invalidProxyResponse:
      return HubError(
        .unreachable,
        "The proxy lets no request through to \(host) (\(known)). Check HTTPS_PROXY and its "
          + "name and password.")
    default:
      return PassingFailure(
        reason: "the connection to \(host) failed (\(known))", code: .unreachable)
    }
  }

  private func execute(_ request: Request, at url: URL) async throws -> HTTPClientResponse {
    var message = HTTPClientRequest(url: url.absoluteString)
    message.method = request.isForHeaders ? .HEAD : .GET
    message.headers.add(name: "User-Agent", value: settings.userAgent)
    // The size and the hash are those of the content as it is, and a range is one of it.
    message.headers.add(name: "Accept-Encoding", value: "identity")
    for (name, value) in request.headers { message.headers.add(name: name, value: value) }
    if let token = settings.token, trusted.contains(url.origin) {
      message.headers.add(name: "Authorization", value: token.authorization)
    }
    let deadline = request.seconds.map { NIODeadline.now() + .seconds(Int64($0)) }
    do {
      return try await client(for: url).execute(message, deadline: deadline ?? .distantFuture)
    } catch {
      throw Self.passing(error, host: url.host() ?? url.origin)
    }
  }

  /// Throws for statuses that may be gone a moment later.
  private func throwIfPassing(_ response: HubResponse) throws {
    let host = response.host
    switch response.status {
    case 429:
      throw PassingFailure(
        reason: "\(host) gets too many requests (status 429)", code: .tooManyRequests,
        wait: response.askedWait)
    case 408, 425, 500, 502, 503, 504:
      throw PassingFailure(
        reason: "\(host) has trouble of its own (status \(response.status))", code: .server,
        wait: response.askedWait)
    default: return
    }
  }

  private func client(for url: URL) -> HTTPClient {
    let proxy = settings.proxies.proxy(for: url)
    return clients.withLock { clients in
      if let client = clients[proxy] { return client }
      let client = HTTPClient(
        eventLoopGroupProvider: .singleton, configuration: configuration(proxy))
      clients[proxy] = client
      return client
    }
  }

  private func configuration(_ proxy: ProxySettings.Proxy?) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(
        connect: .seconds(Int64(settings.metadataTimeout)),
        read: .seconds(Int64(settings.downloadTimeout))),
      // A server that compresses although it was asked not to is understood all the same.
      decompression: .enabled(limit: .none))
    // HTTP/2 of this client takes 64 KiB per round trip, which is slow over long distances.
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    switch proxy?.kind {
    case .http:
      configuration.proxy = proxy.map { proxy in
        .server(
          host: proxy.host, port: proxy.port,
          authorization: proxy.user.map {
            .basic(username: $0, password: proxy.password ?? "")
          })
      }
    case .socks5: configuration.proxy = proxy.map { .socksServer(host: $0.host, port: $0.port) }
    case nil: break
    }
    return configuration
  }

  private static let mostRedirects = 10
}
