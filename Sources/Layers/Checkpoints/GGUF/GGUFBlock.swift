/// One block of quantised elements, as its bytes lie in a file.
@safe struct GGUFBlock {
  private let start: UnsafeRawPointer

  /// The block at an address; the caller sees to it that all of its bytes are there.
  init(at start: UnsafeRawPointer) {
    unsafe self.start = start
  }

  /// A byte as a number.
  @inline(__always)
  subscript(_ offset: Int) -> Int {
    Int(unsafe start.load(fromByteOffset: offset, as: UInt8.self))
  }

  /// A byte as a signed number.
  @inline(__always)
  func signed(_ offset: Int) -> Int {
    Int(unsafe start.load(fromByteOffset: offset, as: Int8.self))
  }

  /// A number of half precision.
  ///
  /// Worked out from its bits, since not every platform's compiler has the type.
  @inline(__always)
  func half(_ offset: Int) -> Float {
    let bits = UInt32(self[offset] | self[offset + 1] << 8)
    let sign = (bits & 0x8000) << 16
    let exponent = bits >> 10 & 0x1F
    let fraction = bits & 0x3FF
    switch exponent {
    case 0:
      let value = Float(fraction) * 0x1p-24
      return sign == 0 ? value : -value
    case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}

/// The elements of one block.
@safe struct GGUFBlockElements {
  private let start: UnsafeMutablePointer<Float>

  /// The elements from an address on; the caller sees to it that there is room for a block.
  init(at start: UnsafeMutablePointer<Float>) {
    unsafe self.start = start
  }

  @inline(__always)
  subscript(_ index: Int) -> Float {
    get { unsafe start[index] }
    nonmutating set { unsafe start[index] = newValue }
  }
}
