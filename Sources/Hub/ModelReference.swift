/// A model of the hub: its name and, when one was given, its revision.
///
/// ```swift
/// let model = try ModelReference("google/electra-small-discriminator@main")
/// model.name       // "google/electra-small-discriminator"
/// model.revision   // "main"
/// ```
public struct ModelReference: Sendable, Hashable, CustomStringConvertible {
  /// `ORGANIZATION/NAME`, or `NAME` alone as the hub's oldest models are called.
  public let name: String
  /// A branch, a tag or a commit; nil stands for the branch `main`.
  public let revision: String?

  /// Reads `ORGANIZATION/NAME`, `NAME` or either with `@REVISION`.
  ///
  /// - Parameters:
  ///   - text: What a user wrote.
  ///   - revision: A revision given apart from the name.
  /// - Throws: ``HubError`` with `invalidName` when the hub has no such names, or two different
  ///   revisions are given.
  public init(_ text: String, revision: String? = nil) throws(HubError) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let written = parts.count == 2 ? String(parts[1]) : nil
    if let written, let revision, written != revision {
      throw HubError(
        .invalidName,
        "Two revisions are given: '\(written)' in the name and '\(revision)' beside it. Give one.")
    }
    name = String(parts.first ?? "")
    self.revision = written ?? revision
    if let problem = Self.problem(ofName: name) {
      throw HubError(
        .invalidName,
        "'\(text.asQuotation)' cannot be the name of a model of the hub: \(problem). Names look "
          + "like ORGANIZATION/NAME.")
    }
    if let given = self.revision, let problem = Self.problem(ofRevision: given) {
      throw HubError(
        .invalidName,
        "'\(given.asQuotation)' cannot be a branch, tag or commit: \(problem).")
    }
  }

  /// Whether a text could be the name of a model of the hub.
  public static func isName(_ text: String) -> Bool {
    (try? ModelReference(text)) != nil
  }

  /// The name, with its revision when one was given.
  public var description: String { revision.map { "\(name)@\($0)" } ?? name }

  /// The revision that is meant.
  var wantedRevision: String { revision ?? "main" }

  /// The commit, when the revision is one: 40 hexadecimal digits.
  var commit: String? { revision.flatMap { CommitHash.isOne($0) ? $0 : nil } }

  private static func problem(ofName name: String) -> String? {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    if name.isEmpty || parts.contains("") { return "a part of it is empty" }
    if parts.count > 2 { return "it has more than two parts" }
    for part in parts {
      guard part.utf8.allSatisfy(isNameByte) else {
        return "only ASCII letters, digits, '-', '_' and '.' are used"
      }
      if part.utf8.count > 96 { return "a part of it is longer than 96 characters" }
      let ends = [part.first, part.last]
      if ends.contains("-") || ends.contains(".") {
        return "no part begins or ends with '-' or '.'"
      }
    }
    if name.contains("--") || name.contains("..") { return "'--' and '..' are not used" }
    return name.hasSuffix(".git") ? "it does not end in .git" : nil
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// What git refuses in the name of a branch, as far as it would harm a path.
  private static func problem(ofRevision revision: String) -> String? {
    if revision.isEmpty { return "it is empty" }
    if revision.utf8.count > 255 { return "it is longer than 255 bytes" }
    if revision.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F }) {
      return "it holds a space or a control character"
    }
    if revision.contains(where: { "~^:?*[\\".contains($0) }) {
      return "it holds one of the characters ~ ^ : ? * [ \\"
    }
    let parts = revision.split(separator: "/", omittingEmptySubsequences: false)
    let isPath = parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasSuffix(".lock") }
    return isPath && !revision.contains("..") ? nil : "git has no such names"
  }
}

/// What git's commits are called.
enum CommitHash {
  /// Whether a text is a whole commit: 40 hexadecimal digits in lower case.
  static func isOne(_ text: String) -> Bool { text.utf8.count == 40 && text.isHexadecimal }
}

extension String {
  /// Whether all characters are hexadecimal digits in lower case.
  var isHexadecimal: Bool {
    utf8.allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
  }
}
