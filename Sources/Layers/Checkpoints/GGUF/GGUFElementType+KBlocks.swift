// Blocks of 256 elements whose parts have scales of their own, stored in few bits and scaled again.
extension GGUFElementType {
  /// Q2_K: 16 parts of 16 elements, each with a scale and a minimum of four bits.
  static func expand2K(_ block: GGUFBlock, into elements: GGUFBlockElements) {
    let scale = block.half(80)
    let minimum = block.half(82)
    for part in 0..<16 {
      let pair = block[part]
      let (partScale, partMinimum) = (scale * Float(pair & 15), minimum * Float(pair >> 4))
      let bytes = 16 + part / 8 * 32 + part % 2 * 16
      let shift = part % 8 / 2 * 2
      for index in 0..<16 {
        let code = block[bytes + index] >> shift & 3
        elements[part * 16 + index] = partScale * Float(code) - partMinimum
      }
    }
  }

  /// Q3_K: 16 parts of 16 elements with scales of six bits; the third bit of each element lies apart.
  static func expand3K(_ block: GGUFBlock, into elements: GGUFBlockElements) {
    let scale = block.half(108)
    for part in 0..<16 {
      let low = block[96 + part % 8] >> (part / 8 * 4) & 15
      let high = block[104 + part % 4] >> (part / 4 * 2) & 3
      let partScale = scale * Float((low | high << 4) - 32)
      let bytes = 32 + part / 8 * 32 + part % 2 * 16
      let shift = part % 8 / 2 * 2
      for index in 0..<16 {
        let third = block[part % 2 * 16 + index] >> (part / 2) & 1
        let code = (block[bytes + index] >> shift & 3) + 4 * third - 4
        elements[part * 16 + index] = partScale * Float(code)
      }
    }
  }

  /// The scale and the minimum, of six bits each, of one of eight parts: Q4_K's and Q5_K's.
  private static func sixBits(_ block: GGUFBlock, _ part: Int) -> (scale: Int, minimum: Int) {
    let start = 4
    if part < 4 { return (block[start + part] & 63, block[start + part + 4] & 63) }
    let both = block[start + part + 4]
    // The upper two bits lie above those of the first four parts.
    let upper = (block[start + part - 4] >> 6, block[start + part] >> 6)
    return (both & 15 | upper.0 << 4, both >> 4 | upper.1 << 4)
  }

  /// Q4_K: eight parts of 32 elements.
  static func expand4K(_ block: GGUFBlock, into elements: GGUFBlockElements) {
    let (scale, minimum) = (block.half(0), block.half(2))
    for part in 0..<8 {
      let own = sixBits(block, part)
      let (partScale, partMinimum) = (scale * Float(own.scale), minimum * Float(own.minimum))
      for index in 0..<32 {
        let code = block[16 + part / 2 * 32 + index] >> (part % 2 * 4) & 15
        elements[part * 32 + index] = partScale * Float(code) - partMinimum
      }
    }
  }

  /// Q5_K: as Q4_K, with the fifth bits in 32 bytes, one bit of each byte a part.
  static func expand5K(_ block: GGUFBlock, into elements: GGUFBlockElements) {
    let (scale, minimum) = (block.half(0), block.half(2))
    for part in 0..<8 {
      let own = sixBits(block, part)
      let (partScale, partMinimum) = (scale * Float(own.scale), minimum * Float(own.minimum))
      for index in 0..<32 {
        let low = block[48 + part / 2 * 32 + index] >> (part % 2 * 4) & 15
        let high = block[16 + index] >> part & 1
        elements[part * 32 + index] = partScale * Float(low | high << 4) - partMinimum
      }
    }
  }

  /// Q6_K: 16 parts of 16 elements with scales of eight bits; the upper two bits lie apart.
  static func expand6K(_ block: GGUFBlock, into elements: GGUFBlockElements) {
    let scale = block.half(208)
    for part in 0..<16 {
      let partScale = scale * Float(block.signed(192 + part))
      // Two halves of 128 elements, each of four rows of 32.
      let (half, row, column) = (part / 8, part % 8 / 2, part % 2 * 16)
      for index in 0..<16 {
        let low = block[half * 64 + row % 2 * 32 + column + index] >> (row / 2 * 4) & 15
        let high = block[128 + half * 32 + column + index] >> (row * 2) & 3
        elements[part * 16 + index] = partScale * Float((low | high << 4) - 32)
      }
    }
  }
}
