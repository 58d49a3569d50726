/// A set of Unicode scalars, as a pattern writes it.
struct CharacterClass: Sendable, Equatable {
  /// Bits of general categories.
  var categories: UInt32 = 0
  /// Flags of ``CharacterTable``, any of which suffices.
  var flags: UInt32 = 0
  var ranges: [ClosedRange<UInt32>] = []
  /// Classes that are part of this one.
  var parts: [CharacterClass] = []
  /// Classes that every member must be in as well.
  var intersections: [CharacterClass] = []
  var isNegated = false

  /// The class of one scalar.
  static func scalar(_ scalar: UInt32) -> CharacterClass {
    CharacterClass(ranges: [scalar...scalar])
  }

  /// Every scalar.
  static let everything = CharacterClass(isNegated: true)

  var negated: CharacterClass {
    var result = self
    result.isNegated.toggle()
    return result
  }

  /// The one scalar that the class holds; nil where it may hold others.
  var onlyScalar: UInt32? {
    guard categories == 0, flags == 0, parts.isEmpty, intersections.isEmpty, !isNegated,
      ranges.count == 1, ranges[0].count == 1
    else { return nil }
    return ranges[0].lowerBound
  }

  /// Adds another class's members.
  mutating func formUnion(_ other: CharacterClass) {
    if other.isNegated || !other.intersections.isEmpty {
      parts.append(other)
    } else {
      categories |= other.categories
      flags |= other.flags
      ranges += other.ranges
      parts += other.parts
    }
  }

  func contains(_ scalar: UInt32) -> Bool {
    let cell = CharacterTable.shared[scalar]
    return contains(scalar, cell)
  }

  private func contains(_ scalar: UInt32, _ cell: UInt32) -> Bool {
    let isMember =
      (categories >> (cell & 31) & 1 != 0 || cell & flags != 0
        || ranges.contains { $0.contains(scalar) } || parts.contains { $0.contains(scalar, cell) })
      && intersections.allSatisfy { $0.contains(scalar, cell) }
    return isMember != isNegated
  }
}

/// A class made ready for matching: a bitmap for ASCII, the rest by category where that suffices.
///
/// It holds numbers alone, so that copying it costs nothing.
struct CompiledClass: Sendable {
  private let lowASCII: UInt64
  private let highASCII: UInt64
  private let categories: UInt32
  private let flags: UInt32
  private let isNegated: Bool
  /// Whether categories and flags say all beyond ASCII.
  let isSimple: Bool

  init(_ source: CharacterClass) {
    var bits: [UInt64] = [0, 0]
    for scalar in 0..<UInt32(128) where source.contains(scalar) {
      bits[Int(scalar >> 6)] |= 1 << UInt64(scalar & 63)
    }
    lowASCII = bits[0]
    highASCII = bits[1]
    categories = source.categories
    flags = source.flags
    isNegated = source.isNegated
    isSimple =
      source.parts.isEmpty && source.intersections.isEmpty
      && source.ranges.allSatisfy { $0.upperBound < 0x80 }
  }

  @inline(__always)
  func containsASCII(_ byte: UInt8) -> Bool {
    (byte < 64 ? lowASCII >> UInt64(byte) : highASCII >> UInt64(byte & 63)) & 1 != 0
  }

  /// Whether a simple class has a scalar beyond ASCII, given its cell of ``CharacterTable``.
  @inline(__always)
  func containsCell(_ cell: UInt32) -> Bool {
    (categories >> (cell & 31) & 1 != 0 || cell & flags != 0) != isNegated
  }
}
