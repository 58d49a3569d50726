/// A text that stages may change, as UTF-8 with the place in the original text of each byte, and
/// the words that it is split into so far.
struct AlignedText {
  private(set) var bytes: [UInt8] = []
  /// Where the scalar of the original text that a byte stands for starts and ends.
  private(set) var starts: [Int32] = []
  private(set) var ends: [Int32] = []
  /// The words, in order; what lies between them is left out.
  var words: [Range<Int>] = []

  /// A text of normalised scalars, as one word.
  init(_ elements: ArraySlice<NormalizedText.Element>) {
    reserve(elements.count)
    for element in elements {
      append(element.scalar, from: element.start, to: element.end)
    }
    words = bytes.isEmpty ? [] : [0..<bytes.count]
  }

  /// A part of an unchanged text, as one word.
  init(_ text: Span<UInt8>, _ range: Range<Int>) {
    reserve(range.count)
    var position = range.lowerBound
    while position < range.upperBound {
      let end = text.scalar(at: position).end
      for index in position..<end {
        append(byte: text[index], from: Int32(position), to: Int32(end))
      }
      position = end
    }
    words = bytes.isEmpty ? [] : [0..<bytes.count]
  }

  private init() {}

  private mutating func reserve(_ count: Int) {
    bytes.reserveCapacity(count)
    starts.reserveCapacity(count)
    ends.reserveCapacity(count)
  }

  /// Appends one byte of a scalar.
  mutating func append(byte: UInt8, from start: Int32, to end: Int32) {
    bytes.append(byte)
    starts.append(start)
    ends.append(end)
  }

  /// Appends a scalar's UTF-8.
  mutating func append(_ scalar: UInt32, from start: Int32, to end: Int32) {
    bytes.appendUTF8(of: scalar)
    while starts.count < bytes.count {
      starts.append(start)
      ends.append(end)
    }
  }

  /// Appends bytes of another text with their places.
  mutating func append(_ other: AlignedText, _ range: Range<Int>) {
    bytes.append(contentsOf: other.bytes[range])
    starts.append(contentsOf: other.starts[range])
    ends.append(contentsOf: other.ends[range])
  }

  /// Writes every word anew; a word of which nothing is left disappears.
  mutating func rewriteWords(
    _ rewrite: (_ old: AlignedText, _ word: Range<Int>, _ new: inout AlignedText) -> Void
  ) {
    var result = AlignedText()
    result.reserve(bytes.count)
    for word in words {
      let start = result.bytes.count
      rewrite(self, word, &result)
      if result.bytes.count > start { result.words.append(start..<result.bytes.count) }
    }
    self = result
  }

  /// Splits each word further.
  mutating func splitWords(
    _ split: (_ text: Span<UInt8>, _ word: Range<Int>, _ parts: inout [Range<Int>]) -> Void
  ) {
    var parts: [Range<Int>] = []
    parts.reserveCapacity(words.count)
    for word in words { split(bytes.span, word, &parts) }
    words = parts
  }
}
