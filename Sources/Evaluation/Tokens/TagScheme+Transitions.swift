extension TagScheme {
  /// A tag that the scheme does not allow where it stands.
  public struct Fault: Hashable, Codable, Sendable, CustomStringConvertible {
    /// The number of the word, from 0; the number of words for a sentence that ends too early.
    public let word: Int
    /// The tag before it; nil at the start of the sentence.
    public let previous: String?
    /// The tag; nil at the end of the sentence.
    public let tag: String?
    /// What is wrong, as a sentence.
    public let description: String
  }

  /// Whether the scheme allows a tag after another one; nil stands for the start and the end of a
  /// sentence.
  ///
  /// A decoder that takes only allowed steps never writes an ill-formed sequence.
  public func allows(_ tag: String?, after previous: String?) -> Bool {
    guard let next = step(tag), let before = step(previous) else { return false }
    return allows(next, after: before)
  }

  /// Every tag of a sentence that the scheme does not allow where it stands.
  public func faults(in tags: [String]) -> [Fault] {
    var faults: [Fault] = []
    var previous: String?
    for (word, tag) in tags.enumerated() {
      if let fault = fault(word, previous, tag) { faults.append(fault) }
      previous = tag
    }
    if let previous, step(previous) != nil, let fault = fault(tags.count, previous, nil) {
      faults.append(fault)
    }
    return faults
  }

  private typealias Step = (role: TagRole, type: String)

  private func fault(_ word: Int, _ previous: String?, _ tag: String?) -> Fault? {
    guard let next = step(tag) else {
      return Fault(
        word: word, previous: previous, tag: tag,
        description: "the tag '\(tag ?? "")' of word \(word + 1) is none of the scheme \(title)")
    }
    // A tag that is none of the scheme is one fault, not two.
    guard let before = step(previous), !allows(next, after: before) else { return nil }
    let what = tag.map { "the tag '\($0)' of word \(word + 1)" } ?? "the end of the sentence"
    let place = previous.map { "'\($0)'" } ?? "the start of the sentence"
    return Fault(
      word: word, previous: previous, tag: tag,
      description: "\(what) cannot follow \(place) in the scheme \(title)")
  }

  private func step(_ tag: String?) -> Step? {
    guard let tag else { return (.outside, "") }
    guard let parsed = ParsedTag(tag), let role = role(of: parsed) else { return nil }
    return (role, role == .outside ? "" : parsed.type)
  }

  private func allows(_ next: Step, after previous: Step) -> Bool {
    let same = next.type == previous.type
    switch self {
    case .iob2: return next.role != .inside || (previous.role != .outside && same)
    case .iob1: return next.role != .begin || (previous.role != .outside && same)
    case .ioe2: return previous.role != .inside || (next.role != .outside && same)
    case .ioe1: return previous.role != .end || (next.role != .outside && same)
    case .iobes, .bilou, .bmes:
      let open = previous.role == .begin || previous.role == .inside
      let goesOn = next.role == .inside || next.role == .end
      return open == goesOn && (!open || same)
    }
  }
}
