/// What Unicode's normalisation forms need beside canonical decomposition: compatibility
/// decompositions, compositions, and which scalars a form surely leaves alone.
struct UnicodeNormalization: Sendable {
  /// The tables, read on first use (about a millisecond).
  static let shared = UnicodeNormalization()

  /// A normalisation form (Unicode Standard Annex 15).
  enum Form: UInt32, Sendable {
    case nfd = 1
    case nfkd = 2
    case nfc = 4
    case nfkc = 8

    var isCompatible: Bool { self == .nfkd || self == .nfkc }
    var composes: Bool { self == .nfc || self == .nfkc }
  }

  /// Bits of forms that may change a scalar or its neighbours; bit 4 for marks (StripAccents).
  private var cells = BlockTable()
  private var compatible: [UInt32: [UInt32]] = [:]
  private var compositions: [UInt64: UInt32] = [:]
  private static let mark: UInt32 = 16

  /// Whether a form leaves a scalar alone whatever stands beside it.
  @inline(__always)
  func isInert(_ scalar: UInt32, in form: Form) -> Bool {
    cells[scalar] & form.rawValue == 0
  }

  /// A mark of any kind.
  func isCombiningMark(_ scalar: UInt32) -> Bool {
    cells[scalar] & Self.mark != 0
  }

  /// Appends the full decomposition of a scalar.
  func appendDecomposition(of scalar: UInt32, isCompatible: Bool, to result: inout [UInt32]) {
    if isCompatible, let parts = compatible[scalar] {
      result += parts
    } else {
      UnicodeTables.shared.appendDecomposition(of: scalar, to: &result)
    }
  }

  /// What two scalars compose to; nil if they do not.
  func composition(of first: UInt32, and second: UInt32) -> UInt32? {
    let hangul: UInt32 = 0xAC00
    if (0x1100..<0x1113).contains(first), (0x1161..<0x1176).contains(second) {
      return hangul + ((first - 0x1100) * 21 + second - 0x1161) * 28
    }
    if UnicodeTables.hangul.contains(Int(first)), (0x11A8..<0x11C3).contains(second),
      (first - hangul) % 28 == 0
    {
      return first + second - 0x11A7
    }
    return compositions[UInt64(first) << 32 | UInt64(second)]
  }

  private init() {
    let tables = UnicodeTables.shared
    readCompatible()
    ranges(UnicodeCompatibilityData.combiningMarks) { $0 | Self.mark }
    var excluded: Set<UInt32> = []
    forEachRange(UnicodeCompatibilityData.compositionExclusions) { range in
      for scalar in range { excluded.insert(UInt32(scalar)) }
    }
    let all = Form.nfd.rawValue | Form.nfkd.rawValue | Form.nfc.rawValue | Form.nfkc.rawValue
    let decomposing = Form.nfd.rawValue | Form.nfkd.rawValue
    // Marks may change places, and letters of Hangul may compose.
    tables.forEachOrdered { scalar in cells.update(scalar..<scalar + 1) { $0 | all } }
    for letters in [0x1161..<0x1176, 0x11A8..<0x11C3] { cells.update(letters) { $0 | all } }
    cells.update(UnicodeTables.hangul) { $0 | decomposing }
    tables.forEachDecomposition { scalar, first, second in
      let place = Int(scalar)
      guard second != 0, !excluded.contains(scalar) else {
        cells.update(place..<place + 1) { $0 | all }
        return
      }
      compositions[UInt64(first) << 32 | UInt64(second)] = scalar
      cells.update(place..<place + 1) { $0 | decomposing }
      cells.update(Int(second)..<Int(second) + 1) { $0 | all }
    }
  }

  private mutating func readCompatible() {
    let forms = Form.nfkd.rawValue | Form.nfkc.rawValue
    var numbers = HexadecimalNumbers(UnicodeCompatibilityData.decompositions)
    var position = 0
    while let gap = numbers.next(), let run = numbers.next(), let count = numbers.next() {
      position += gap
      let parts = (0..<count).compactMap { _ in numbers.next() }.map { UInt32($0) }
      for offset in 0..<run {
        compatible[UInt32(position + offset)] = run == 1 ? parts : [parts[0] + UInt32(offset)]
      }
      cells.update(position..<position + run) { $0 | forms }
      position += run
    }
  }

  private mutating func ranges(_ data: String, _ change: (UInt32) -> UInt32) {
    var numbers = HexadecimalNumbers(data)
    var position = 0
    while let gap = numbers.next(), let length = numbers.next() {
      position += gap
      cells.update(position..<position + length, change)
      position += length
    }
  }

  private func forEachRange(_ data: String, _ action: (Range<Int>) -> Void) {
    var numbers = HexadecimalNumbers(data)
    var position = 0
    while let gap = numbers.next(), let length = numbers.next() {
      position += gap
      action(position..<position + length)
      position += length
    }
  }
}
