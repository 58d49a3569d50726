/// The word that is being read, normalised, with the place in the text of each of its bytes.
///
/// As long as the word is a run of ASCII without gaps, its places are counted, not stored.
struct WordBuffer {
  private(set) var bytes: [UInt8]
  private var starts: [Int32]
  private var ends: [Int32]
  /// Bytes in the buffer; 0 for a word longer than `limit` scalars, which is not kept.
  private(set) var count = 0
  /// Scalars in the word.
  private(set) var scalars = 0
  private var isContiguous = true
  /// Where the word's first scalar starts and its last one ends in the text.
  private(set) var first = 0
  private(set) var last = 0
  /// The longest word that is kept, in scalars.
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
    bytes = [UInt8](repeating: 0, count: 64)
    starts = [Int32](repeating: 0, count: 64)
    ends = starts
  }

  var isEmpty: Bool { scalars == 0 }

  /// Whether the word is longer than the limit, so that its bytes were not kept.
  var isTooLong: Bool { scalars > limit }

  mutating func clear() {
    count = 0
    scalars = 0
    isContiguous = true
  }

  /// The range of the text that bytes of the word came from.
  @inline(__always)
  func source(_ lower: Int, _ upper: Int) -> (start: Int32, end: Int32) {
    isContiguous
      ? (Int32(truncatingIfNeeded: first + lower), Int32(truncatingIfNeeded: first + upper))
      : (starts[lower], ends[upper - 1])
  }

  /// Appends a run of ASCII letters, each mapped by a table of 256.
  @inline(__always)
  mutating func appendASCII(
    _ text: Span<UInt8>, _ lower: Int, _ upper: Int, mappedBy table: [UInt8]
  ) {
    let length = upper - lower
    guard reserve(scalars: length, bytes: length, from: lower, to: upper) else { return }
    let base = count
    var target = bytes.mutableSpan
    for offset in 0..<length {
      target[base + offset] = table[Int(text[lower + offset])]
    }
    if !isContiguous {
      for offset in 0..<length {
        starts[count + offset] = Int32(truncatingIfNeeded: lower + offset)
        ends[count + offset] = Int32(truncatingIfNeeded: lower + offset + 1)
      }
    }
    count += length
  }

  /// Appends what one scalar of the text at `lower..<upper` became: some scalars, as UTF-8.
  @inline(__always)
  mutating func append(
    _ source: Span<UInt8>, _ range: Range<Int>, scalars: Int, from lower: Int, to upper: Int
  ) {
    let length = range.count
    // Only what is as long as its source stays countable, and only byte by byte for ASCII.
    if isContiguous { storePlaces() }
    guard reserve(scalars: scalars, bytes: length, from: lower, to: upper) else { return }
    isContiguous = false
    for offset in 0..<length {
      bytes[count + offset] = source[range.lowerBound + offset]
      starts[count + offset] = Int32(truncatingIfNeeded: lower)
      ends[count + offset] = Int32(truncatingIfNeeded: upper)
    }
    count += length
  }

  /// Makes room and notes the extent; false if the word is too long to be kept.
  @inline(__always)
  private mutating func reserve(
    scalars added: Int, bytes length: Int, from lower: Int, to upper: Int
  ) -> Bool {
    if scalars == 0 {
      first = lower
    } else if isContiguous, first + count != lower {
      storePlaces()
      isContiguous = false
    }
    scalars += added
    last = upper
    guard scalars <= limit else {
      count = 0
      return false
    }
    if count + length > bytes.count {
      let growth = max(bytes.count, length)
      bytes.append(contentsOf: repeatElement(0, count: growth))
      starts.append(contentsOf: repeatElement(0, count: growth))
      ends.append(contentsOf: repeatElement(0, count: growth))
    }
    return true
  }

  /// Writes down the places that were counted so far.
  private mutating func storePlaces() {
    for offset in 0..<count {
      starts[offset] = Int32(truncatingIfNeeded: first + offset)
      ends[offset] = Int32(truncatingIfNeeded: first + offset + 1)
    }
  }
}
