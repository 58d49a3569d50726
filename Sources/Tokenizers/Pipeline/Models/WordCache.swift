/// Words and the pieces they were spelt in.
///
/// When it is full it forgets everything: texts repeat their words soon enough.
struct WordCache {
  /// Longer words, in bytes, are not kept.
  static let longestWord = 255
  private static let largestCount = 1 << 16

  private struct Entry {
    let hash: UInt64
    /// Where the word starts in `bytes`.
    let word: UInt32
    /// Where its pieces start in `pieces`.
    let pieces: UInt32
    let length: UInt8
    let pieceCount: UInt8
  }

  /// Index + 1 of the entry; 0 is free.
  private var slots = [UInt32](repeating: 0, count: 512)
  private var entries: [Entry] = []
  private var bytes: [UInt8] = []
  private var pieces: [Piece] = []

  /// The word's length and bytes, well mixed.
  @inline(__always)
  static func hash(_ word: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
    var hash = UInt64(truncatingIfNeeded: range.count) &* 0x9E37_79B9_7F4A_7C15
    for index in range {
      hash = (hash ^ UInt64(word[index])) &* 0x0000_0100_0000_01B3
    }
    return (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15
  }

  /// Appends the pieces of a word that is known; false if it is not.
  @inline(__always)
  func appendPieces(
    of word: Span<UInt8>, _ range: Range<Int>, _ hash: UInt64, _ shift: Int,
    to result: inout [Piece]
  ) -> Bool {
    var slot = Int(truncatingIfNeeded: hash >> 32) & (slots.count - 1)
    while slots[slot] != 0 {
      let entry = entries[Int(slots[slot]) - 1]
      if entry.hash == hash, matches(entry, word, range) {
        for index in Int(entry.pieces)..<Int(entry.pieces) + Int(entry.pieceCount) {
          result.append(Piece(id: pieces[index].id, end: pieces[index].end + shift))
        }
        return true
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return false
  }

  @inline(__always)
  private func matches(_ entry: Entry, _ word: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard Int(entry.length) == range.count else { return false }
    let start = Int(entry.word)
    for offset in 0..<range.count where bytes[start + offset] != word[range.lowerBound + offset] {
      return false
    }
    return true
  }

  /// Remembers a word's pieces, which count from `shift`.
  mutating func insert(
    _ word: Span<UInt8>, _ range: Range<Int>, _ hash: UInt64, _ found: ArraySlice<Piece>,
    _ shift: Int
  ) {
    if entries.count == Self.largestCount { removeAll() }
    if (entries.count + 1) * 2 > slots.count { grow() }
    entries.append(
      Entry(
        hash: hash, word: UInt32(bytes.count), pieces: UInt32(pieces.count),
        length: UInt8(range.count), pieceCount: UInt8(found.count)))
    for index in range { bytes.append(word[index]) }
    for piece in found { pieces.append(Piece(id: piece.id, end: piece.end - shift)) }
    place(entries.count - 1)
  }

  private mutating func place(_ index: Int) {
    var slot = Int(truncatingIfNeeded: entries[index].hash >> 32) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = UInt32(index + 1)
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 4)
    for index in entries.indices { place(index) }
  }

  private mutating func removeAll() {
    for slot in slots.indices { slots[slot] = 0 }
    entries.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
    pieces.removeAll(keepingCapacity: true)
  }
}
