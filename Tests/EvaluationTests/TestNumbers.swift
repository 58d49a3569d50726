/// Numbers that look random and are the same in every run.
struct TestNumbers {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  /// The next number from 0 up to but not including 1.
  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 40) / Double(1 << 24)
  }

  /// The next whole number below a bound.
  mutating func next(below bound: Int) -> Int { Int(next() * Double(bound)) }
}
