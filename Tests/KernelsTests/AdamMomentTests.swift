import Foundation
import Testing
import Torch
import TorchTestSupport

/// The kernels of Adam with moments in fewer bits.
struct AdamMomentTests {
  /// Of one block and a rest, of a rest alone, and of many pieces of work.
  static let counts = [300, 17, 100_003]
  static let types = [DataType.bfloat16, .uint8]

  /// A parameter with its moments.
  private struct State {
    let weights: Tensor
    let first, second: AdamMoment

    init(count: Int, _ type: DataType) throws {
      weights = try normal([count], seed: 1)
      first = try AdamMoment(zeros: [count], type)
      second = try AdamMoment(zeros: [count], type)
    }

    func step(_ gradient: Tensor, _ number: Int, decay: Double = 0.01) throws {
      try adamStep(
        [
          AdamParameter(
            master: weights, firstMoment: first, secondMoment: second, gradient: gradient,
            place: 3, weightDecay: decay)
        ], settings: AdamStep(learningRate: 1e-3, step: number))
    }
  }

  /// How many elements are not the same.
  private func differing(_ one: Tensor, _ other: Tensor) throws -> Int {
    let pairs = try zip(one.values(as: Double.self), other.values(as: Double.self))
    return pairs.filter { $0 != $1 }.count
  }

  @Test(arguments: counts, KernelVariant.all)
  func aStepStoresWhatTheReferenceStores(count: Int, variant: KernelVariant) throws {
    for type in Self.types {
      try variant.run {
        let actual = try State(count: count, type), expected = try State(count: count, type)
        let gradient = try normal([count], seed: 7).to(variant.type)
        try actual.step(gradient, 1)
        try KernelChoice.usingReference { try expected.step(gradient, 1) }
        // Sums differ in their last bit, which moves the rare one over the edge of a cell.
        for (one, other) in [(actual.first, expected.first), (actual.second, expected.second)] {
          #expect(try differing(one.values, other.values) <= 1 + count / 10_000)
          if let scales = one.scales {
            #expect(try relativeDifference(scales, #require(other.scales)) < 1e-6)
          }
        }
      }
    }
  }

  @Test(arguments: counts, KernelVariant.all)
  func stepsFollowTheReference(count: Int, variant: KernelVariant) throws {
    for type in Self.types {
      try variant.run {
        let actual = try State(count: count, type), expected = try State(count: count, type)
        for number in 1...5 {
          let gradient = try normal([count], seed: UInt64(number)).to(variant.type)
          try actual.step(gradient, number)
          try KernelChoice.usingReference { try expected.step(gradient, number) }
        }
        // A moment on the edge of a cell may change a step by about the learning rate.
        #expect(try relativeDifference(actual.weights, expected.weights) < 2e-3)
        let mean = try (actual.weights - expected.weights).absolute().mean().item()
        #expect(mean < 1e-6)
      }
    }
  }

  @Test(arguments: KernelChoice.instructionSets)
  func roundingByChanceKeepsTheMean(instructionSet: String) throws {
    try KernelChoice.using(instructionSet: instructionSet) {
      let state = try State(count: 4096, .bfloat16)
      try state.step(Tensor.full([4096], 1), 1)
      let zeros = try Tensor.zeros([4096])
      for number in 2...1001 { try state.step(zeros, number) }
      // Rounded to nearest it would stay at 0.001: a thousandth less is nearer to the same number.
      let expected = 0.001 * pow(0.999, 1000)
      let mean = try state.second.values.to(.float32).mean().item()
      #expect(abs(mean - expected) < 0.02 * expected)
    }
  }

  @Test(arguments: KernelVariant.all)
  func theLargestOfABlockKeepsItsSize(variant: KernelVariant) throws {
    try variant.run {
      let state = try State(count: 512, .uint8)
      try state.step(normal([512], seed: 3).to(variant.type), 1)
      let before = try #require(state.first.scales).clone()
      let zeros = try Tensor.zeros([512], variant.type)
      for number in 2...11 { try state.step(zeros, number) }
      // Ten times 0.9, each rounded as float32.
      try expectClose(
        #require(state.first.scales), to: before * pow(0.9, 10), within: 0, relative: 1e-5)
    }
  }

  @Test(arguments: KernelVariant.all)
  func aSecondMomentThatIsNotZeroStaysSo(variant: KernelVariant) throws {
    try variant.run {
      let state = try State(count: 256, .uint8)
      var values = [Float](repeating: 1e-6, count: 256)
      values[0] = 1e4
      values[255] = 0
      try state.step(Tensor(values).to(variant.type), 1)
      let codes = try state.second.values.values(as: UInt8.self)
      #expect(codes[0] == 255 && codes[255] == 0)
      #expect(codes[1..<255].allSatisfy { $0 == 1 })
    }
  }

  @Test func momentsThatAreZeroStaySo() throws {
    for type in Self.types {
      let state = try State(count: 300, type)
      let before = try StoredTensor(state.weights)
      for number in 1...3 { try state.step(Tensor.zeros([300]), number, decay: 0) }
      #expect(try StoredTensor(state.weights) == before)
      #expect(try state.first.values.values(as: Double.self).allSatisfy { $0 == 0 })
      #expect(try state.second.values.values(as: Double.self).allSatisfy { $0 == 0 })
    }
  }

  @Test func refusesMomentsThatDoNotFit() throws {
    let weights = try normal([300], seed: 1)
    let floats = try AdamMoment(zeros: [300]), codes = try AdamMoment(zeros: [300], .uint8)
    let refused: [(AdamMoment, AdamMoment)] = [
      (floats, codes), (AdamMoment(codes.values), AdamMoment(codes.values)),
      (codes, AdamMoment(codes.values, scales: try Tensor.zeros([1]))),
      (AdamMoment(weights, scales: codes.scales), floats),
      (AdamMoment(try weights.to(.float64)), floats),
    ]
    for (first, second) in refused {
      #expect(throws: TorchError.self) {
        try adamStep(
          [
            AdamParameter(
              master: weights, firstMoment: first, secondMoment: second, gradient: weights)
          ], settings: AdamStep(learningRate: 1, step: 1))
      }
    }
    #expect(throws: TorchError.self) { try movedRows(codes, codes) }
  }
}
