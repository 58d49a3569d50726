extension GGUFElementType {
  /// Writes the elements of a quantised block; nothing for the plain types.
  @inline(__always)
  func expand(_ block: GGUFBlock, into elements: GGUFBlockElements) {
    switch self {
    case .f32, .f16, .bf16: break
    case .q4x0: Self.expandNibbles(block, offset: 2, minimum: -8 * block.half(0), into: elements)
    case .q4x1: Self.expandNibbles(block, offset: 4, minimum: block.half(2), into: elements)
    case .q5x0: Self.expandFiveBits(block, offset: 2, minimum: -16 * block.half(0), into: elements)
    case .q5x1: Self.expandFiveBits(block, offset: 4, minimum: block.half(2), into: elements)
    case .q8x0: Self.expandBytes(block, into: elements)
    case .q2k: Self.expand2K(block, into: elements)
    case .q3k: Self.expand3K(block, into: elements)
    case .q4k: Self.expand4K(block, into: elements)
    case .q5k: Self.expand5K(block, into: elements)
    case .q6k: Self.expand6K(block, into: elements)
    }
  }

  /// Q4_0 and Q4_1: the low halves of 16 bytes, then the high ones.
  private static func expandNibbles(
    _ block: GGUFBlock, offset: Int, minimum: Float, into elements: GGUFBlockElements
  ) {
    let scale = block.half(0)
    for index in 0..<16 {
      let byte = block[offset + index]
      elements[index] = scale * Float(byte & 15) + minimum
      elements[index + 16] = scale * Float(byte >> 4) + minimum
    }
  }

  /// Q5_0 and Q5_1: the fifth bits of all 32 in four bytes, then the others as before.
  private static func expandFiveBits(
    _ block: GGUFBlock, offset: Int, minimum: Float, into elements: GGUFBlockElements
  ) {
    let scale = block.half(0)
    for index in 0..<16 {
      let byte = block[offset + 4 + index]
      let low = block[offset + index / 8] >> (index % 8) & 1
      let high = block[offset + 2 + index / 8] >> (index % 8) & 1
      elements[index] = scale * Float(byte & 15 | low << 4) + minimum
      elements[index + 16] = scale * Float(byte >> 4 | high << 4) + minimum
    }
  }

  /// Q8_0: a signed byte each.
  private static func expandBytes(_ block: GGUFBlock, into elements: GGUFBlockElements) {
    let scale = block.half(0)
    for index in 0..<32 { elements[index] = scale * Float(block.signed(2 + index)) }
  }
}
