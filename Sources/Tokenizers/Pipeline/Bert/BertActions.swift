/// What becomes of each Unicode scalar when BERT's normaliser and pre-tokeniser act as one step.
///
/// Both look at one scalar at a time, but for canonical ordering: where a scalar leaves behind a
/// mark that may have to change places, the text goes the long way (``NormalizedText``).
struct BertActions: Sendable {
  /// What to do with a scalar.
  enum Kind: UInt32 {
    /// Belongs to a word as it is.
    case keep
    /// Belongs to a word as other scalars: those at `range` in ``replacements``.
    case replace
    /// Vanishes, and does not end a word.
    case drop
    /// Ends a word and vanishes.
    case endWord
    /// Is a word of its own, as it is.
    case isolate
    /// Is a word of its own, as the scalar at `range` in ``replacements``.
    case isolateReplaced
    /// A Hangul syllable, which decomposes into letters by arithmetic.
    case hangul
    /// Sends the text the long way.
    case complex
  }

  /// Kind in bits 0 to 2, scalars in 3 to 5, bytes in 6 to 10, place in the rest.
  private let cells: BlockTable
  /// The UTF-8 of what replaces scalars.
  let replacements: [UInt8]
  /// The kinds of the ASCII bytes; `complex` for all others.
  let asciiKinds: [Kind]
  /// What ASCII bytes become in a word.
  let asciiReplacements: [UInt8]

  /// The action for one scalar.
  struct Action {
    let cell: UInt32

    @inline(__always)
    var kind: Kind { Kind(rawValue: cell & 7) ?? .complex }
    @inline(__always)
    var scalars: Int { Int(cell >> 3 & 7) }
    @inline(__always)
    var range: Range<Int> { Int(cell >> 11)..<Int(cell >> 11) + Int(cell >> 6 & 31) }
  }

  @inline(__always)
  subscript(scalar: UInt32) -> Action { Action(cell: cells[scalar]) }

  init(_ normalization: BertNormalization) {
    var builder = Builder(normalization: normalization)
    let cells = UnicodeTables.shared.cells.mapped { builder.cell(UInt32($0), $1) }
    self.cells = cells
    replacements = builder.replacements
    var kinds = [Kind](repeating: .complex, count: 256)
    var mapped = [UInt8](repeating: 0, count: 256)
    for byte in 0..<128 {
      let action = Action(cell: cells[UInt32(byte)])
      // Within ASCII a replacement is a lower-case letter.
      kinds[byte] = action.kind == .replace ? .keep : action.kind
      mapped[byte] =
        action.kind == .replace ? builder.replacements[action.range.lowerBound] : UInt8(byte)
    }
    asciiKinds = kinds
    asciiReplacements = mapped
  }

  private struct Builder {
    let normalization: BertNormalization
    var replacements: [UInt8] = []
    private let tables = UnicodeTables.shared

    init(normalization: BertNormalization) {
      self.normalization = normalization
    }

    mutating func cell(_ scalar: UInt32, _ number: UInt32) -> UInt32 {
      let properties = UnicodeTables.Properties(rawValue: number & 0xFF)
      if properties.isEmpty { return Kind.keep.rawValue }
      if normalization.cleansText {
        if properties.contains(.removed) { return Kind.drop.rawValue }
        if properties.contains(.whitespace) { return Kind.endWord.rawValue }
      }
      let strips = normalization.effectivelyStripsAccents
      if strips, UnicodeTables.hangul.contains(Int(scalar)) { return Kind.hangul.rawValue }
      let result = replaced(scalar, strips)
      guard let first = result.first else { return Kind.drop.rawValue }
      if strips, result.contains(where: { tables.combiningClass(of: $0) != 0 }) {
        return Kind.complex.rawValue
      }
      let isolates = normalization.splitsChinese && properties.contains(.chinese)
      return store(result, isUnchanged: result.count == 1 && first == scalar, isolates)
    }

    private func replaced(_ scalar: UInt32, _ strips: Bool) -> [UInt32] {
      var decomposed: [UInt32] = []
      if strips {
        tables.appendDecomposition(of: scalar, to: &decomposed)
        decomposed.removeAll { tables.properties(of: $0).contains(.mark) }
      } else {
        decomposed.append(scalar)
      }
      guard normalization.lowercases else { return decomposed }
      var result: [UInt32] = []
      for scalar in decomposed { tables.appendLowercase(of: scalar, to: &result) }
      return result
    }

    private mutating func store(
      _ result: [UInt32], isUnchanged: Bool, _ isChinese: Bool
    ) -> UInt32 {
      let separators = result.count {
        !tables.properties(of: $0).isDisjoint(with: [.whitespace, .punctuation])
      }
      if separators > 0 || isChinese {
        guard result.count == 1 else { return Kind.complex.rawValue }
        if tables.properties(of: result[0]).contains(.whitespace) { return Kind.endWord.rawValue }
      }
      let isolates = separators > 0 || isChinese
      if isUnchanged { return (isolates ? Kind.isolate : .keep).rawValue }
      var utf8: [UInt8] = []
      for scalar in result { utf8.appendUTF8(of: scalar) }
      let place = UInt32(replacements.count)
      replacements.append(contentsOf: utf8)
      return (isolates ? Kind.isolateReplaced : .replace).rawValue
        | UInt32(result.count) << 3 | UInt32(utf8.count) << 6 | place << 11
    }
  }
}

extension [UInt8] {
  /// Appends a scalar's UTF-8.
  mutating func appendUTF8(of scalar: UInt32) {
    guard let scalar = Unicode.Scalar(scalar) else { return }
    append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
  }
}

extension Span<UInt8> {
  /// The scalar at a position of sound UTF-8, and the position after it.
  @inline(__always)
  func scalar(at position: Int) -> (scalar: UInt32, end: Int) {
    let first = UInt32(self[position])
    if first < 0x80 { return (first, position + 1) }
    let second = UInt32(self[position + 1] & 0x3F)
    if first < 0xE0 { return ((first & 0x1F) << 6 | second, position + 2) }
    let third = UInt32(self[position + 2] & 0x3F)
    if first < 0xF0 { return ((first & 0x0F) << 12 | second << 6 | third, position + 3) }
    let fourth = UInt32(self[position + 3] & 0x3F)
    return ((first & 0x07) << 18 | second << 12 | third << 6 | fourth, position + 4)
  }
}
