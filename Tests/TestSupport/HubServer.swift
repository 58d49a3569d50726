public import Foundation

/// The hub of the tests (`hub_server.py`), which all tests of a process share; each test has models of
/// its own.
public struct HubServer: Sendable {
  /// The one of this process.
  public static let shared = Result { try HubServer() }

  /// A file of a model.
  public struct File: Encodable, Sendable {
    var text: String?
    var size: Int?
    var seed: Int?
    var large: Bool?
    var path: String?

    /// A file with a text.
    public static func text(_ text: String) -> File { File(text: text) }
    /// A copy of a file of this machine.
    public static func copy(of file: URL, large: Bool) -> File {
      File(large: large, path: file.path)
    }
    /// A file of random bytes in large file storage.
    public static func large(_ size: Int, seed: Int = 1) -> File {
      File(size: size, seed: seed, large: true)
    }
  }

  /// A request that reached the hub.
  public struct Request: Decodable, Sendable {
    /// The method and the path.
    public let line: String
    /// "hub", or "cdn" for the storage of large files.
    public let place: String
    /// The header `Range`.
    public let range: String?
    /// Whether it came as to a proxy.
    public let proxied: Bool
    /// The header `Authorization`.
    public let authorization: String?
  }

  /// What `HF_ENDPOINT` has to be.
  public let address: String
  private let script: BackgroundScript

  private init() throws {
    struct Greeting: Decodable {
      let hub: String
    }
    script = try BackgroundScript("hub_server")
    let greeting = try JSONDecoder().decode(Greeting.self, from: script.greeting)
    address = greeting.hub
  }

  /// Puts a model on the hub and gives back the commits of its revisions.
  @discardableResult
  public func add(
    _ name: String, _ revisions: [String: [String: File]], token: String? = nil,
    gated: Bool = false, bare: Bool = false
  ) throws -> [String: String] {
    struct Command: Encodable {
      let `do` = "repository"
      let name: String
      let revisions: [String: [String: File]]
      let token: String?
      let gated: Bool
      let bare: Bool
    }
    let answer = try script.ask(
      Command(name: name, revisions: revisions, token: token, gated: gated, bare: bare))
    return try JSONDecoder().decode([String: String].self, from: answer)
  }

  /// Gives a model another name, as the hub's oldest models have.
  public func alias(_ name: String, of other: String) throws {
    try script.ask(["do": "alias", "name": name, "of": other])
  }

  /// What goes wrong with requests whose method and path fit a regular expression.
  public struct Fault: Encodable {
    let `do` = "fault"
    let match: String
    let times: Int
    let status: Int?
    let headers: [String: String]
    let cut: Int?
    let stall: Int?
    let flip: Bool
    let noRange: Bool
    let gzip: Bool
    let add: Int?

    /// - Parameters:
    ///   - match: The expression.
    ///   - times: How many requests it happens to; -1 for all.
    ///   - status: The answer's status, without content.
    ///   - headers: The headers of that answer.
    ///   - cut: The connection ends after so many bytes of the content.
    ///   - stall: Nothing comes after so many bytes of the content.
    ///   - flip: A bit of the content is wrong.
    ///   - noRange: Everything is sent, whatever part was asked for.
    ///   - gzip: The content is compressed, though nobody asked for it.
    ///   - add: So many bytes too many are sent.
    public init(
      match: String, times: Int = 1, status: Int? = nil, headers: [String: String] = [:],
      cut: Int? = nil, stall: Int? = nil, flip: Bool = false, noRange: Bool = false,
      gzip: Bool = false, add: Int? = nil
    ) {
      self.match = match
      self.times = times
      self.status = status
      self.headers = headers
      self.cut = cut
      self.stall = stall
      self.flip = flip
      self.noRange = noRange
      self.gzip = gzip
      self.add = add
    }

    enum CodingKeys: String, CodingKey {
      case `do`, match, times, status, headers, cut, stall, flip, gzip, add
      case noRange = "no_range"
    }
  }

  /// Makes something go wrong.
  public func fault(_ fault: Fault) throws { try script.ask(fault) }

  /// What was asked for so far.
  public func requests(_ match: String) throws -> [Request] {
    try JSONDecoder().decode(
      [Request].self, from: script.ask(["do": "requests", "match": match]))
  }
}
