import Datasets
import TestSupport
import Testing

@Suite struct CounterRandomTests {
  /// The known answers that Random123 is published with (kat_vectors).
  @Test func philoxGivesThePublishedAnswers() {
    #expect(
      Philox.block(counter: .zero, key: .zero)
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox.block(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox.block(
        counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: SIMD2(0xa409_3822, 0x299f_31d0))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func aStreamIsTheBlocksOneAfterAnother() {
    var random = CounterRandom(
      seed: 0x0123_4567_89AB_CDEF, purpose: .split, step: 0xFEDC_BA98_7654_3210)
    for block in 0..<3 as Range<UInt32> {
      let expected = Philox.block(
        counter: SIMD4(block, 3, 0x7654_3210, 0xFEDC_BA98), key: SIMD2(0x89AB_CDEF, 0x0123_4567))
      for place in 0..<4 { #expect(random.nextWord() == expected[place]) }
    }
  }

  @Test func purposesAndStepsAreDifferentStreams() {
    let streams = [
      CounterRandom(seed: 1, purpose: .split), CounterRandom(seed: 1, purpose: .exampleOrder),
      CounterRandom(seed: 1, purpose: .split, step: 1), CounterRandom(seed: 2, purpose: .split),
    ]
    let first = streams.map { stream in
      var stream = stream
      return stream.next()
    }
    #expect(Set(first).count == 4)
  }

  @Test func aShuffleIsTheOneOfAnotherImplementation() throws {
    struct Case: Codable {
      let seed, step: UInt64
      let purpose: UInt32
      let count: Int
    }
    let cases = [(42, 0, 10), (0, 3, 1000), (UInt64.max, UInt64.max, 37), (7, 1, 1), (7, 1, 0)].map
    {
      Case(seed: $0.0, step: $0.1, purpose: RandomPurpose.exampleOrder.rawValue, count: $0.2)
    }
    let expected = try PythonOracle("datasets_philox").run(cases, returning: [[Int]].self)
    for (item, order) in zip(cases, expected) {
      var random = CounterRandom(seed: item.seed, purpose: .exampleOrder, step: item.step)
      var numbers = Array(0..<item.count)
      random.shuffle(&numbers)
      #expect(numbers == order)
    }
  }

  @Test func boundedNumbersAreEvenlySpread() {
    var random = CounterRandom(seed: 7, purpose: .split)
    var counts = Array(repeating: 0, count: 6)
    for _ in 0..<60_000 { counts[Int(random.bounded(by: 6))] += 1 }
    // Five degrees of freedom: chi-squared exceeds 20.5 in one of a thousand seeds.
    let chiSquared = counts.reduce(0.0) { $0 + Double(($1 - 10_000) * ($1 - 10_000)) / 10_000 }
    #expect(chiSquared < 20.5)
  }

  @Test func unitNumbersLieBetweenZeroAndOne() {
    var random = CounterRandom(seed: 7, purpose: .split)
    let numbers = (0..<10_000).map { _ in random.unit() }
    #expect(numbers.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(numbers.reduce(0, +) / 10_000 - 0.5) < 0.02)
  }
}
