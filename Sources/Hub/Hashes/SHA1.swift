/// SHA-1 (FIPS 180-4, section 6.1): what git calls its files by.
///
/// It tells a damaged file, not a forged one; the hub uses it for files small enough to lie in git.
package struct SHA1: CompressionFunction {
  private var state: (UInt32, UInt32, UInt32, UInt32, UInt32) = (
    0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0
  )

  package init() {}

  package var words: [UInt32] { [state.0, state.1, state.2, state.3, state.4] }

  package mutating func compress(_ blocks: UnsafeRawBufferPointer) {
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 80) { schedule in
      var offset = 0
      while offset < blocks.count {
        for word in 0..<16 {
          unsafe schedule[word] = UInt32(
            bigEndian: blocks.loadUnaligned(fromByteOffset: offset + 4 * word, as: UInt32.self))
        }
        for word in 16..<80 {
          let mixed =
            unsafe schedule[word - 3] ^ schedule[word - 8] ^ schedule[word - 14]
            ^ schedule[word - 16]
          unsafe schedule[word] = mixed.rotated(31)
        }
        unsafe rounds(schedule)
        offset += 64
      }
    }
  }

  private mutating func rounds(_ schedule: UnsafeMutableBufferPointer<UInt32>) {
    var (a, b, c, d, e) = state
    for round in 0..<80 {
      let (mixed, constant): (UInt32, UInt32) =
        switch round {
        case 0..<20: ((b & c) | (~b & d), 0x5a82_7999)
        case 20..<40: (b ^ c ^ d, 0x6ed9_eba1)
        case 40..<60: ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc)
        default: (b ^ c ^ d, 0xca62_c1d6)
        }
      let next = unsafe a.rotated(27) &+ mixed &+ e &+ constant &+ schedule[round]
      (e, d, c, b, a) = (d, c, b.rotated(2), a, next)
    }
    state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e)
  }
}
