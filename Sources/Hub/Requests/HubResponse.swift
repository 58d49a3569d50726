import AsyncHTTPClient
package import Foundation
import NIOCore
import NIOHTTP1

/// What a server answered, after the redirects that were followed.
package struct HubResponse: Sendable {
  /// The status, such as 200.
  let status: Int
  /// Where the last answer came from.
  let url: URL
  private let headers: HTTPHeaders
  /// The headers of the hub's own answer: it names commit, hash and size before it sends the client
  /// elsewhere for the content.
  private let hubHeaders: HTTPHeaders
  private let body: HTTPClientResponse.Body

  /// Takes the last answer, and the headers of the hub's own.
  init(_ answer: HTTPClientResponse, from url: URL, hubHeaders: HTTPHeaders) {
    status = Int(answer.status.code)
    headers = answer.headers
    body = answer.body
    self.hubHeaders = hubHeaders
    self.url = url
  }

  /// A header of the last answer.
  func header(_ name: String) -> String? { headers.first(name: name) }

  /// The name of the machine that answered last.
  var host: String { url.host() ?? url.origin }

  /// Whether the request did what it should.
  var isSuccess: Bool { (200..<300).contains(status) }

  /// Whether the client is sent elsewhere.
  var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) }

  /// Gives the content piece by piece, as it comes.
  ///
  /// - Throws: ``PassingFailure`` when the connection fails, and what `take` throws.
  func read(_ take: (UnsafeRawBufferPointer) throws -> Void) async throws {
    do {
      for try await buffer in body {
        try Task.checkCancellation()
        try unsafe buffer.withUnsafeReadableBytes(take)
      }
    } catch {
      throw HubTransport.passing(error, host: host)
    }
  }

  /// The whole content.
  ///
  /// - Throws: ``HubError`` when it is longer than any list of files.
  func data() async throws -> Data {
    var collected = Data()
    try await unsafe read { bytes in
      unsafe collected.append(contentsOf: bytes)
      guard collected.count <= Self.longestAnswer else {
        throw HubError(
          .invalidAnswer,
          "\(url.origin) answers with more than 64 MiB where a list of files belongs.")
      }
    }
    return collected
  }

  /// The commit that the hub says the file belongs to.
  var commit: String? { hubHeaders.first(name: "X-Repo-Commit") }

  /// The hash that the file is called by: that of large file storage, else the entity tag.
  var entityTag: String? {
    let tag = hubHeaders.first(name: "X-Linked-Etag") ?? hubHeaders.first(name: "ETag")
    return tag.map(Self.normalized)
  }

  /// The size of the file in bytes, as the hub tells it before a redirect.
  var size: Int? {
    if let linked = hubHeaders.first(name: "X-Linked-Size") { return Int(linked) }
    return isSuccess ? header("Content-Length").flatMap { Int($0) } : nil
  }

  /// The seconds that the server asks to wait, from `Retry-After` or the draft header `RateLimit`.
  var askedWait: Duration? {
    if let text = header("Retry-After") {
      if let seconds = Int(text.trimmingCharacters(in: .whitespaces)) {
        return .seconds(max(0, min(seconds, 1_000_000)))
      }
      if let date = Self.date(text) {
        return .seconds(max(0, date.timeIntervalSinceNow.rounded(.up)))
      }
    }
    let limit = header("RateLimit") ?? ""
    guard let found = limit.firstMatch(of: #/;\s*r=0\s*;\s*t=(\d{1,6})/#) else { return nil }
    return Int(found.output.1).map { .seconds($0) }
  }

  /// An entity tag without the marks of HTTP: `W/"abc"` is `abc`.
  package static func normalized(_ tag: String) -> String {
    (tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag)
      .trimmingCharacters(in: CharacterSet(charactersIn: "\""))
  }

  /// A date of HTTP (RFC 9110, section 5.6.7), such as "Sun, 06 Nov 1994 08:49:37 GMT".
  package static func date(_ text: String) -> Date? {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(secondsFromGMT: 0)
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    return format.date(from: text.trimmingCharacters(in: .whitespaces))
  }

  private static let longestAnswer = 64 * 1024 * 1024
}
