/// Tokens and their ids: one buffer of bytes and an open-addressed table over it.
///
/// Looking a word up costs one pass over its bytes and, as a rule, one probe.
struct Vocabulary: Sendable {
  /// The bytes that tokens point into; for a file, its own bytes.
  private var bytes: [UInt8]
  /// By id, where the token starts in `bytes` and how long it is; -1 for ids without a token.
  private var starts: [UInt32] = []
  private var lengths: [Int32] = []
  /// Upper half: the hash's low half; lower half: id + 1.
  ///
  /// 0 is a free slot.
  private var slots: [UInt64]
  private var shift: UInt64
  /// The number of tokens.
  private(set) var count = 0
  /// The longest token's length in bytes.
  private(set) var longestToken = 0

  /// An empty vocabulary over a buffer, with room for about so many tokens.
  init(over bytes: [UInt8], expecting tokens: Int) {
    self.bytes = bytes
    var logarithm: UInt64 = 6
    while 1 << logarithm < tokens * 2 { logarithm += 1 }
    slots = [UInt64](repeating: 0, count: 1 << logarithm)
    shift = 64 - logarithm
    starts.reserveCapacity(tokens)
    lengths.reserveCapacity(tokens)
  }

  /// The largest id plus one.
  var idLimit: Int { starts.count }

  // MARK: Hashing

  /// The hash of no bytes.
  static let emptyHash: UInt64 = 0xCBF2_9CE4_8422_2325

  /// FNV-1a, byte by byte: the hashes of all beginnings of a word come in one pass.
  @inline(__always)
  static func extended(_ hash: UInt64, by byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }

  /// FNV's low bits alone are weak; this spreads them over the word.
  @inline(__always)
  private static func mixed(_ hash: UInt64) -> UInt64 {
    (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15
  }

  // MARK: Looking up

  /// The id of the token `prefix` + `word[lower..<upper]`, whose hash is given; -1 for none.
  @inline(__always)
  func find(
    _ word: Span<UInt8>, _ lower: Int, _ upper: Int, after prefix: [UInt8] = [], hash: UInt64
  ) -> TokenID {
    let mixed = Self.mixed(hash)
    let tag = mixed & 0xFFFF_FFFF
    var slot = Int(truncatingIfNeeded: mixed >> shift)
    while true {
      let entry = slots[slot]
      if entry == 0 { return -1 }
      if entry >> 32 == tag {
        let id = Int(entry & 0xFFFF_FFFF) - 1
        if matches(id, word, lower, upper, after: prefix) {
          return TokenID(truncatingIfNeeded: id)
        }
      }
      slot = (slot + 1) & (slots.count - 1)
    }
  }

  @inline(__always)
  private func matches(
    _ id: Int, _ word: Span<UInt8>, _ lower: Int, _ upper: Int, after prefix: [UInt8]
  ) -> Bool {
    guard Int(lengths[id]) == prefix.count + upper - lower else { return false }
    var start = Int(starts[id])
    for byte in prefix {
      if bytes[start] != byte { return false }
      start += 1
    }
    for offset in 0..<upper - lower where bytes[start + offset] != word[lower + offset] {
      return false
    }
    return true
  }

  /// The id of a whole word; -1 for none.
  @inline(__always)
  func find(_ word: Span<UInt8>, _ lower: Int, _ upper: Int) -> TokenID {
    var hash = Self.emptyHash
    for index in lower..<upper { hash = Self.extended(hash, by: word[index]) }
    return find(word, lower, upper, hash: hash)
  }

  /// The id of a token; nil for none.
  func id(of token: some Collection<UInt8>) -> TokenID? {
    let word = Array(token)
    let id = find(word.span, 0, word.count)
    return id < 0 ? nil : id
  }

  /// The bytes of a token; nil for an id without one.
  func token(of id: TokenID) -> ArraySlice<UInt8>? {
    let index = Int(id)
    guard starts.indices.contains(index), lengths[index] >= 0 else { return nil }
    let start = Int(starts[index])
    return bytes[start..<start + Int(lengths[index])]
  }

  // MARK: Filling

  /// Why a token cannot be added.
  enum Conflict {
    /// The vocabulary holds the token under this id.
    case duplicateToken(TokenID)
    /// Another token has the id.
    case duplicateID
    /// The id is far beyond the number of tokens that a file can hold.
    case unreasonableID
  }

  /// Adds the token that lies at a place of the buffer.
  mutating func insert(at start: Int, length: Int, id: Int) -> Conflict? {
    guard id >= 0, id < 1 << 24 else { return .unreasonableID }
    if (count + 1) * 2 > slots.count { grow() }
    while starts.count <= id {
      starts.append(0)
      lengths.append(-1)
    }
    if lengths[id] >= 0 { return .duplicateID }
    var hash = Self.emptyHash
    for index in start..<start + length { hash = Self.extended(hash, by: bytes[index]) }
    let found = find(bytes.span, start, start + length, hash: hash)
    if found >= 0 { return .duplicateToken(found) }
    starts[id] = UInt32(start)
    lengths[id] = Int32(length)
    count += 1
    longestToken = max(longestToken, length)
    place(id, hash)
    return nil
  }

  /// Adds the token that lies at a place of the buffer, also if it is there under another id, which
  /// keeps it: a look-up by content then gives the id that was added last.
  mutating func insertAgain(at start: Int, length: Int, id: Int) -> Conflict? {
    let conflict = insert(at: start, length: length, id: id)
    guard case .duplicateToken(let earlier) = conflict else { return conflict }
    starts[id] = UInt32(start)
    lengths[id] = Int32(length)
    count += 1
    var hash = Self.emptyHash
    for index in start..<start + length { hash = Self.extended(hash, by: bytes[index]) }
    var slot = Int(truncatingIfNeeded: Self.mixed(hash) >> shift)
    while slots[slot] & 0xFFFF_FFFF != UInt64(earlier + 1) { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = (slots[slot] & ~0xFFFF_FFFF) | UInt64(id + 1)
    return nil
  }

  /// Adds a token whose bytes are not in the buffer yet, also if it is there under another id.
  mutating func insertAgain(_ token: [UInt8], id: Int) -> Conflict? {
    let start = bytes.count
    bytes.append(contentsOf: token)
    return insertAgain(at: start, length: token.count, id: id)
  }

  /// Adds a token whose bytes are not in the buffer yet.
  mutating func insert(_ token: [UInt8], id: Int) -> Conflict? {
    let start = bytes.count
    bytes.append(contentsOf: token)
    return insert(at: start, length: token.count, id: id)
  }

  private mutating func place(_ id: Int, _ hash: UInt64) {
    let mixed = Self.mixed(hash)
    var slot = Int(truncatingIfNeeded: mixed >> shift)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = (mixed & 0xFFFF_FFFF) << 32 | UInt64(id + 1)
  }

  private mutating func grow() {
    slots = [UInt64](repeating: 0, count: slots.count * 2)
    shift -= 1
    // From the last: of equal tokens that one is found first.
    for id in starts.indices.reversed() where lengths[id] >= 0 {
      var hash = Self.emptyHash
      let start = Int(starts[id])
      for index in start..<start + Int(lengths[id]) {
        hash = Self.extended(hash, by: bytes[index])
      }
      place(id, hash)
    }
  }
}
