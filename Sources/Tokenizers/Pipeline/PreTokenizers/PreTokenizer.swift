/// The stage that splits normalised text into words.
indirect enum PreTokenizer: Sendable {
  /// Splits at white space and makes each punctuation mark a word.
  case bert
  /// Splits at white space alone.
  case whitespaceSplit
  /// Words of letters, marks and digits, and words of other signs; white space goes.
  case whitespace
  /// Splits at the matches of a pattern, or, inverted, between them.
  case split(Pattern, SplitBehavior, isInverted: Bool)
  /// Splits at punctuation.
  case punctuation(SplitBehavior)
  /// Splits numbers from the rest, or into digits.
  case digits(areIndividual: Bool)
  /// Splits at one scalar, which goes.
  case delimiter(UInt32)
  /// Splits into pieces of so many scalars.
  case fixedLength(Int)
  case metaspace(Metaspace)
  case byteLevel(ByteLevel)
  /// One after another; an empty list leaves the text whole.
  case sequence([PreTokenizer])

  /// The stage as a list of stages that are no sequences.
  var stages: [PreTokenizer] {
    if case .sequence(let stages) = self { stages.flatMap(\.stages) } else { [self] }
  }

  /// Splits every word of a text, and changes it where the stage does.
  func apply(to text: inout AlignedText, _ scratch: inout SplitScratch) {
    switch self {
    case .sequence(let stages): for stage in stages { stage.apply(to: &text, &scratch) }
    case .metaspace(let metaspace): metaspace.apply(to: &text, &scratch)
    case .byteLevel(let byteLevel):
      byteLevel.split(&text, &scratch)
      ByteLevel.spellBytes(of: &text)
    default:
      text.splitWords { bytes, word, parts in split(bytes, word, &scratch, into: &parts) }
    }
  }

  /// Splits a word, for stages that leave the text as it is.
  func split(
    _ text: Span<UInt8>, _ word: Range<Int>, _ scratch: inout SplitScratch,
    into words: inout [Range<Int>]
  ) {
    let tables = UnicodeTables.shared
    switch self {
    case .bert: Self.splitLikeBERT(text, word, into: &words)
    case .whitespace: Self.splitWords(text, word, into: &words)
    case .whitespaceSplit:
      Self.split(text, word, .removed, &scratch, into: &words) {
        tables.properties(of: $0).contains(.whitespace)
      }
    case .punctuation(let behavior):
      Self.split(text, word, behavior, &scratch, into: &words) {
        tables.properties(of: $0).contains(.punctuation)
      }
    case .digits(let areIndividual):
      let table = CharacterTable.shared
      Self.split(text, word, areIndividual ? .isolated : .contiguous, &scratch, into: &words) {
        table[$0] & CharacterTable.Flag.numeric != 0
      }
    case .delimiter(let delimiter):
      Self.split(text, word, .removed, &scratch, into: &words) { $0 == delimiter }
    case .split(let pattern, let behavior, let isInverted):
      behavior.split(word, isInverted: isInverted, &scratch, into: &words) { scratch, report in
        pattern.forEachMatch(in: text, word, &scratch, report)
      }
    case .fixedLength(let length): Self.splitEvenly(text, word, length, into: &words)
    case .metaspace, .byteLevel, .sequence:
      words.append(word)
    }
  }

  /// Splits at each scalar that satisfies a predicate.
  private static func split(
    _ text: Span<UInt8>, _ word: Range<Int>, _ behavior: SplitBehavior,
    _ scratch: inout SplitScratch, into words: inout [Range<Int>],
    _ isDelimiter: (UInt32) -> Bool
  ) {
    behavior.split(word, isInverted: false, &scratch, into: &words) { _, report in
      var position = word.lowerBound
      while position < word.upperBound {
        let (scalar, end) = text.scalar(at: position)
        if isDelimiter(scalar) { report(position..<end) }
        position = end
      }
    }
  }

  private static func splitLikeBERT(
    _ text: Span<UInt8>, _ word: Range<Int>, into words: inout [Range<Int>]
  ) {
    let tables = UnicodeTables.shared
    var start = word.lowerBound
    var position = start
    while position < word.upperBound {
      let (scalar, end) = text.scalar(at: position)
      let properties = tables.properties(of: scalar)
      let isMark = properties.contains(.punctuation)
      if isMark || properties.contains(.whitespace) {
        if start < position { words.append(start..<position) }
        if isMark { words.append(position..<end) }
        start = end
      }
      position = end
    }
    if start < word.upperBound { words.append(start..<word.upperBound) }
  }

  /// Runs of word characters, and runs of what is neither that nor white space.
  private static func splitWords(
    _ text: Span<UInt8>, _ word: Range<Int>, into words: inout [Range<Int>]
  ) {
    let table = CharacterTable.shared
    var start = word.lowerBound
    var kind: UInt32 = CharacterTable.Flag.whitespace
    var position = start
    while position < word.upperBound {
      let (scalar, end) = text.scalar(at: position)
      let cell = table[scalar]
      let next =
        cell & CharacterTable.Flag.rustWord != 0
        ? CharacterTable.Flag.rustWord : cell & CharacterTable.Flag.whitespace
      if next != kind {
        if kind != CharacterTable.Flag.whitespace { words.append(start..<position) }
        start = position
        kind = next
      }
      position = end
    }
    if kind != CharacterTable.Flag.whitespace { words.append(start..<word.upperBound) }
  }

  private static func splitEvenly(
    _ text: Span<UInt8>, _ word: Range<Int>, _ length: Int, into words: inout [Range<Int>]
  ) {
    var start = word.lowerBound
    var position = start
    var count = 0
    while position < word.upperBound {
      position = text.scalar(at: position).end
      count += 1
      if count == length || position == word.upperBound {
        words.append(start..<position)
        start = position
        count = 0
      }
    }
  }
}
