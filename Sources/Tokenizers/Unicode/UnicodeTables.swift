/// What the stages know of Unicode scalars, the same that Hugging Face's `tokenizers` knows.
///
/// The library's general categories, decompositions and lower-casing come from three versions of
/// Unicode, all different from Swift's; ``UnicodeData`` holds what it answers.
struct UnicodeTables: Sendable {
  /// The tables, read on first use (a fraction of a millisecond).
  static let shared = UnicodeTables()

  /// Properties of a scalar, in the low bits of its cell.
  struct Properties: OptionSet, Sendable {
    let rawValue: UInt32
    /// Control, format or private use, and U+FFFD: removed by BERT's clean-up.
    static let removed = Properties(rawValue: 1)
    static let whitespace = Properties(rawValue: 2)
    static let punctuation = Properties(rawValue: 4)
    /// A non-spacing mark: an accent.
    static let mark = Properties(rawValue: 8)
    /// In a block of Chinese characters.
    static let chinese = Properties(rawValue: 16)
    static let hasLowercase = Properties(rawValue: 32)
    static let decomposes = Properties(rawValue: 64)
    static let ordered = Properties(rawValue: 128)
  }

  /// Properties in bits 0 to 7, canonical combining class in bits 8 to 15.
  private(set) var cells = BlockTable()
  private var lowercaseRuns: [LowercaseRun] = []
  private var decompositionScalars: [UInt32] = []
  private var decompositionParts: [(first: UInt32, second: UInt32)] = []

  private struct LowercaseRun: Sendable {
    let start: Int
    let distance: Int
  }

  /// BERT's Chinese characters: the CJK ideographs' blocks, without kana and hangul.
  private static let chineseBlocks = [
    0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF,
    0x2A700...0x2B81F, 0x2B920...0x2CEAF, 0x2F800...0x2FA1F,
  ]
  /// The Hangul syllables, which decompose by arithmetic (Unicode, section 3.12).
  static let hangul = 0xAC00..<0xD7A4

  private init() {
    mark(UnicodeData.removed, .removed)
    mark(UnicodeData.whitespace, .whitespace)
    mark(UnicodeData.punctuation, .punctuation)
    mark(UnicodeData.marks, .mark)
    for block in Self.chineseBlocks {
      cells.update(block.lowerBound..<block.upperBound + 1) {
        $0 | Properties.chinese.rawValue
      }
    }
    cells.update(Self.hangul) { $0 | Properties.decomposes.rawValue }
    readCombiningClasses()
    readLowercase()
    readDecompositions()
  }

  @inline(__always)
  func properties(of scalar: UInt32) -> Properties {
    Properties(rawValue: cells[scalar] & 0xFF)
  }

  /// The canonical combining class; 0 for a starter.
  @inline(__always)
  func combiningClass(of scalar: UInt32) -> UInt32 {
    cells[scalar] >> 8 & 0xFF
  }

  /// Appends the scalar's lower case: itself, another scalar, or two for U+0130.
  func appendLowercase(of scalar: UInt32, to result: inout [UInt32]) {
    if scalar == 0x130 {
      result.append(0x69)
      result.append(0x307)
    } else if properties(of: scalar).contains(.hasLowercase) {
      // Runs do not interleave: the last one that starts at or before the scalar holds it.
      let index = lowercaseRuns.partitioningIndex { $0.start > Int(scalar) } - 1
      result.append(UInt32(Int(scalar) + lowercaseRuns[index].distance))
    } else {
      result.append(scalar)
    }
  }

  /// Appends the scalar's full canonical decomposition, which is the scalar itself for most.
  func appendDecomposition(of scalar: UInt32, to result: inout [UInt32]) {
    guard properties(of: scalar).contains(.decomposes) else {
      result.append(scalar)
      return
    }
    if Self.hangul.contains(Int(scalar)) {
      let index = scalar - 0xAC00
      result.append(0x1100 + index / 588)
      result.append(0x1161 + index % 588 / 28)
      if index % 28 != 0 { result.append(0x11A7 + index % 28) }
      return
    }
    let parts = decompositionParts[decompositionScalars.partitioningIndex { $0 >= scalar }]
    appendDecomposition(of: parts.first, to: &result)
    if parts.second != 0 { appendDecomposition(of: parts.second, to: &result) }
  }

  /// Calls `action` with each scalar that decomposes canonically, Hangul excepted, and the parts of
  /// its first step; the second is 0 where there is one alone.
  func forEachDecomposition(_ action: (_ scalar: UInt32, _ first: UInt32, _ second: UInt32) -> Void)
  {
    for (scalar, parts) in zip(decompositionScalars, decompositionParts) {
      action(scalar, parts.first, parts.second)
    }
  }

  /// Calls `action` with each scalar whose combining class is not 0.
  func forEachOrdered(_ action: (_ scalar: Int) -> Void) {
    var numbers = HexadecimalNumbers(UnicodeData.combiningClasses)
    var position = 0
    while let gap = numbers.next(), let length = numbers.next(), numbers.next() != nil {
      position += gap
      for scalar in position..<position + length { action(scalar) }
      position += length
    }
  }

  // MARK: Reading the data

  private mutating func mark(_ data: String, _ property: Properties) {
    var numbers = HexadecimalNumbers(data)
    var position = 0
    while let gap = numbers.next(), let length = numbers.next() {
      position += gap
      cells.update(position..<position + length) { $0 | property.rawValue }
      position += length
    }
  }

  private mutating func readCombiningClasses() {
    var numbers = HexadecimalNumbers(UnicodeData.combiningClasses)
    var position = 0
    while let gap = numbers.next(), let length = numbers.next(), let order = numbers.next() {
      position += gap
      cells.update(position..<position + length) {
        $0 | Properties.ordered.rawValue | UInt32(order) << 8
      }
      position += length
    }
  }

  private mutating func readLowercase() {
    var numbers = HexadecimalNumbers(UnicodeData.lowercase)
    var position = 0
    while let gap = numbers.next(), let count = numbers.next(), let stride = numbers.next(),
      let distance = numbers.next()
    {
      position += gap
      lowercaseRuns.append(LowercaseRun(start: position, distance: distance))
      for index in 0..<count {
        let scalar = position + index * stride
        cells.update(scalar..<scalar + 1) { $0 | Properties.hasLowercase.rawValue }
      }
    }
    cells.update(0x130..<0x131) { $0 | Properties.hasLowercase.rawValue }
  }

  private mutating func readDecompositions() {
    var numbers = HexadecimalNumbers(UnicodeData.decompositions)
    var position = 0
    while let gap = numbers.next(), let first = numbers.next(), let second = numbers.next() {
      position += gap
      decompositionScalars.append(UInt32(position))
      decompositionParts.append((UInt32(first), UInt32(second)))
      cells.update(position..<position + 1) { $0 | Properties.decomposes.rawValue }
    }
  }
}

/// The numbers of a text of hexadecimal words, some with a minus sign.
struct HexadecimalNumbers {
  private var bytes: String.UTF8View.Iterator

  init(_ text: String) {
    bytes = text.utf8.makeIterator()
  }

  mutating func next() -> Int? {
    var value = 0
    var digits = 0
    var sign = 1
    while let byte = bytes.next() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 + Int(byte) - 48
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 + Int(byte) - 87
      case UInt8(ascii: "-"):
        sign = -1
        continue
      default: return sign * value
      }
      digits += 1
    }
    return digits > 0 ? sign * value : nil
  }
}

extension Array {
  /// The first index whose element satisfies a predicate that is false, then true.
  func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
    var lower = 0
    var upper = count
    while lower < upper {
      let middle = (lower + upper) / 2
      if predicate(self[middle]) { upper = middle } else { lower = middle + 1 }
    }
    return lower
  }
}
