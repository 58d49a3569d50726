/// Which pairs of tokens merge, into what, and how early: an open-addressed table.
struct PairTable: Sendable {
  /// Left id in the upper half, right id in the lower.
  private var keys: [UInt64]
  /// Rank in the upper half, the new token's id in the lower.
  private var values: [UInt64]
  private var shift: UInt64
  private var count = 0
  private static let free = UInt64.max

  /// A merge: the lower the rank, the earlier.
  struct Merge {
    let value: UInt64

    /// What stands for "does not merge": later than every merge.
    static let none = Merge(value: .max)

    @inline(__always)
    var rank: UInt64 { value >> 32 }
    @inline(__always)
    var id: TokenID { TokenID(truncatingIfNeeded: value & 0xFFFF_FFFF) }
  }

  init(expecting pairs: Int) {
    var logarithm: UInt64 = 4
    while 1 << logarithm < pairs * 2 { logarithm += 1 }
    keys = [UInt64](repeating: Self.free, count: 1 << logarithm)
    values = [UInt64](repeating: 0, count: 1 << logarithm)
    shift = 64 - logarithm
  }

  @inline(__always)
  private static func key(_ left: TokenID, _ right: TokenID) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  @inline(__always)
  private func firstSlot(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: ((key ^ key >> 29) &* 0x9E37_79B9_7F4A_7C15) >> shift)
  }

  /// The merge of a pair; ``Merge/none`` if it has none.
  @inline(__always)
  subscript(left: TokenID, right: TokenID) -> Merge {
    let key = Self.key(left, right)
    var slot = firstSlot(key)
    while true {
      let found = keys[slot]
      if found == key { return Merge(value: values[slot]) }
      if found == Self.free { return .none }
      slot = (slot + 1) & (keys.count - 1)
    }
  }

  /// Sets the merge of a pair; a later one replaces an earlier one.
  mutating func set(_ left: TokenID, _ right: TokenID, rank: Int, id: TokenID) {
    if (count + 1) * 4 > keys.count * 3 { grow() }
    place(Self.key(left, right), UInt64(rank) << 32 | UInt64(UInt32(bitPattern: id)))
  }

  private mutating func place(_ key: UInt64, _ value: UInt64) {
    var slot = firstSlot(key)
    while keys[slot] != Self.free, keys[slot] != key { slot = (slot + 1) & (keys.count - 1) }
    if keys[slot] == Self.free { count += 1 }
    keys[slot] = key
    values[slot] = value
  }

  private mutating func grow() {
    let (oldKeys, oldValues) = (keys, values)
    keys = [UInt64](repeating: Self.free, count: oldKeys.count * 2)
    values = [UInt64](repeating: 0, count: oldKeys.count * 2)
    shift -= 1
    count = 0
    for (key, value) in zip(oldKeys, oldValues) where key != Self.free { place(key, value) }
  }

  /// Every pair with its rank, in the order of ranks.
  var pairs: [(left: TokenID, right: TokenID)] {
    keys.indices.filter { keys[$0] != Self.free }
      .sorted { values[$0] < values[$1] }
      .map { (TokenID(keys[$0] >> 32), TokenID(keys[$0] & 0xFFFF_FFFF)) }
  }
}
