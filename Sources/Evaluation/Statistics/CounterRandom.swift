/// Random numbers that depend on a key and a counter only, so any one of them can be drawn alone.
///
/// SplitMix64 (Steele, Lea and Flood 2014) read at a counter: its state after `n` draws is
/// `key + n · γ`, so the draw is a function of the two.
struct CounterRandom {
  private let key: UInt64

  /// Makes the stream of a seed and a place in the work, such as a resample's number.
  init(seed: UInt64, purpose: UInt64, stream: Int) {
    let place = UInt64(bitPattern: Int64(stream))
    key = Self.mixed(Self.mixed(Self.mixed(seed) &+ purpose &* Self.gamma) &+ place &* Self.gamma)
  }

  /// The number at a counter.
  func bits(at counter: Int) -> UInt64 {
    Self.mixed(key &+ (UInt64(bitPattern: Int64(counter)) &+ 1) &* Self.gamma)
  }

  /// A whole number from 0 up to but not including `bound`; the bias is below `bound / 2⁶⁴`.
  func integer(below bound: Int, at counter: Int) -> Int {
    Int(bits(at: counter).multipliedFullWidth(by: UInt64(bound)).high)
  }

  private static let gamma: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func mixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}
