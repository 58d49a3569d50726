/// Finds the scheme of tagged sentences that come one after another, in constant memory.
///
/// IOB1 and IOB2 have the same letters, and so have IOE1 and IOE2; what decides is where a letter
/// stands, and of contradicting sentences the majority.
public struct TagSchemeDetector: Sendable {
  private var letters: Set<Character> = []
  private var unprefixed = false
  /// `B` where IOB1 has none, and `I` where IOB2 has none.
  private var plainBegins = 0
  private var bareStarts = 0
  /// `E` where IOE1 has none, and `I` where IOE2 has none.
  private var plainEnds = 0
  private var bareEnds = 0

  /// Makes a detector that has seen nothing.
  public init() {}

  /// Takes in the tags of a sentence.
  public mutating func add(_ tags: [String]) {
    let parsed = tags.map { ParsedTag($0) }
    for (word, tag) in parsed.enumerated() {
      guard let tag, tag.isPrefixed else {
        unprefixed = true
        continue
      }
      guard !tag.isOutside else { continue }
      letters.insert(tag.prefix)
      let before = word > 0 ? parsed[word - 1] : nil
      let after = word + 1 < parsed.count ? parsed[word + 1] : nil
      let follows = before.map { !$0.isOutside && $0.type == tag.type } ?? false
      let precedes = after.map { !$0.isOutside && $0.type == tag.type } ?? false
      switch tag.prefix {
      case "B": plainBegins += follows ? 0 : 1
      case "E": plainEnds += precedes ? 0 : 1
      default:
        bareStarts += follows ? 0 : 1
        bareEnds += precedes ? 0 : 1
      }
    }
  }

  /// The scheme; nil for tags without letters (parts of speech), for letters of no scheme and where
  /// every word is outside.
  public var scheme: TagScheme? {
    guard !unprefixed, !letters.isEmpty else { return nil }
    func within(_ scheme: TagScheme) -> Bool { letters.isSubset(of: scheme.letters) }
    if within(.iob2) { return letters == ["I"] || bareStarts > plainBegins ? .iob1 : .iob2 }
    if within(.ioe2) { return bareEnds > plainEnds ? .ioe1 : .ioe2 }
    return [.iobes, .bilou, .bmes].first(where: within)
  }
}

extension TagScheme {
  /// The scheme of tagged sentences; nil for tags without letters and for letters of no scheme.
  public static func detected(in sentences: some Sequence<[String]>) -> TagScheme? {
    var detector = TagSchemeDetector()
    for tags in sentences { detector.add(tags) }
    return detector.scheme
  }

  /// The scheme of a set of tags, by their letters alone, as seqeval detects it: B and I are IOB2, I
  /// and E are IOE2.
  public static func detected(fromTags tags: [String]) -> TagScheme? {
    switch detected(in: tags.map { [$0] }) {
    case .iob1 where tags.contains(where: { $0.hasPrefix("B") }): .iob2
    case .ioe1: .ioe2
    case let scheme: scheme
    }
  }
}
