import Foundation

/// What proves to the hub who asks; never shown, not even by mistake.
public struct AccessToken: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// Where it was found, such as "the variable HF_TOKEN".
  public let origin: String
  private let value: String

  /// Takes a token; nil when nothing is left of it without spaces and line ends.
  public init?(_ text: String, origin: String) {
    let clean = text.filter { !$0.isNewline }.trimmingCharacters(in: .whitespaces)
    guard !clean.isEmpty else { return nil }
    value = clean
    self.origin = origin
  }

  /// The value of the header `Authorization`.
  package var authorization: String { "Bearer \(value)" }

  /// Whether it can stand in a header: printable ASCII alone.
  var isSendable: Bool { value.utf8.allSatisfy { (0x21...0x7E).contains($0) } }

  /// Where it was found, without the token.
  public var description: String { "a token from \(origin)" }
  /// The same as the description.
  public var debugDescription: String { description }
  /// Where it was found alone, so that a dump does not show the token.
  public var customMirror: Mirror { Mirror(self, children: ["origin": origin]) }

  /// The token that Python's hub library would send: that of `HF_TOKEN`, of
  /// `HUGGING_FACE_HUB_TOKEN`, or of the file that `hf auth login` writes.
  ///
  /// - Throws: ``HubError`` when the file is there and cannot be read.
  static func found(
    _ environment: EnvironmentVariables, home: URL
  ) throws(HubError) -> AccessToken? {
    if environment.isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN") { return nil }
    for name in ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"] {
      if let text = environment[name] { return AccessToken(text, origin: "the variable \(name)") }
    }
    let file = environment.path("HF_TOKEN_PATH") ?? home.appending(path: "token")
    do {
      let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      return AccessToken(text, origin: file.path)
    } catch let error as CocoaError where error.isAbsence {
      return nil
    } catch {
      throw HubError(
        .invalidSetting,
        "The token in \(file.path) cannot be read: \(error.localizedDescription). Make it readable "
          + "for you, or set HF_HUB_DISABLE_IMPLICIT_TOKEN=1.")
    }
  }
}

extension CocoaError {
  /// Whether it says that a file is not there.
  var isAbsence: Bool { code == .fileReadNoSuchFile || code == .fileNoSuchFile }
}
