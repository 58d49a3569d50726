/// FNV-1a over 64 bits: the same on every machine and in every release, unlike `Hasher`.
public struct StableHash: Sendable {
  private var value: UInt64 = 0xcbf2_9ce4_8422_2325

  /// The hash of nothing.
  public init() {}

  /// Adds a text and its end.
  public mutating func add(_ text: String) {
    for byte in text.utf8 { mix(byte) }
    mix(0xff)
  }

  /// Adds numbers and their end.
  public mutating func add(_ numbers: [Int32]) {
    for number in numbers {
      for shift in stride(from: 0, to: 32, by: 8) {
        mix(UInt8(truncatingIfNeeded: UInt32(bitPattern: number) >> UInt32(shift)))
      }
    }
    mix(0xff)
  }

  private mutating func mix(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
  }

  /// 16 hexadecimal digits.
  public var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
