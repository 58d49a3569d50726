/// SHA-256 (FIPS 180-4, section 6.2): the name of a large file at the hub.
package struct SHA256: CompressionFunction {
  private var state = SIMD8<UInt32>(
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
    0x5be0_cd19)

  package init() {}

  package var words: [UInt32] { (0..<8).map { state[$0] } }

  package mutating func compress(_ blocks: UnsafeRawBufferPointer) {
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
      unsafe Self.constants.withUnsafeBufferPointer { constants in
        var offset = 0
        while offset < blocks.count {
          unsafe Self.expand(
            UnsafeRawBufferPointer(rebasing: blocks[offset..<offset + 64]), schedule)
          unsafe rounds(schedule, constants)
          offset += 64
        }
      }
    }
  }

  /// The 64 words of a block's message schedule.
  @inline(__always)
  private static func expand(
    _ block: UnsafeRawBufferPointer, _ schedule: UnsafeMutableBufferPointer<UInt32>
  ) {
    for word in 0..<16 {
      unsafe schedule[word] = UInt32(
        bigEndian: block.loadUnaligned(fromByteOffset: 4 * word, as: UInt32.self))
    }
    for word in 16..<64 {
      let early = unsafe schedule[word - 15]
      let late = unsafe schedule[word - 2]
      let small = early.rotated(7) ^ early.rotated(18) ^ (early >> 3)
      let large = late.rotated(17) ^ late.rotated(19) ^ (late >> 10)
      unsafe schedule[word] = schedule[word - 16] &+ small &+ schedule[word - 7] &+ large
    }
  }

  @inline(__always)
  private mutating func rounds(
    _ schedule: UnsafeMutableBufferPointer<UInt32>, _ constants: UnsafeBufferPointer<UInt32>
  ) {
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    var step = 0
    while step < 64 {
      // The words change places from round to round; eight rounds bring them back.
      let added = { unsafe constants[step + $0] &+ schedule[step + $0] }
      Self.round(a, b, c, &d, e, f, g, &h, added(0))
      Self.round(h, a, b, &c, d, e, f, &g, added(1))
      Self.round(g, h, a, &b, c, d, e, &f, added(2))
      Self.round(f, g, h, &a, b, c, d, &e, added(3))
      Self.round(e, f, g, &h, a, b, c, &d, added(4))
      Self.round(d, e, f, &g, h, a, b, &c, added(5))
      Self.round(c, d, e, &f, g, h, a, &b, added(6))
      Self.round(b, c, d, &e, f, g, h, &a, added(7))
      step += 8
    }
    state = state &+ SIMD8(a, b, c, d, e, f, g, h)
  }

  /// One round on the eight words, named as in the standard before it; `added` is the sum of constant
  /// and schedule.
  @inline(__always)
  private static func round(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32,
    _ g: UInt32, _ h: inout UInt32, _ added: UInt32
  ) {
    let choice = g ^ (e & (f ^ g))
    let first = h &+ (e.rotated(6) ^ e.rotated(11) ^ e.rotated(25)) &+ choice &+ added
    let majority = (a & b) | (c & (a | b))
    d = d &+ first
    h = first &+ (a.rotated(2) ^ a.rotated(13) ^ a.rotated(22)) &+ majority
  }

  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
  ]
}

extension UInt32 {
  /// The bits moved to the right, those that fall off coming in at the left.
  @inline(__always)
  func rotated(_ bits: UInt32) -> UInt32 { (self >> bits) | (self << (32 - bits)) }
}
