import Testing
import Torch

struct FusedActivationTests {
  @Test(arguments: ActivationFunction.allCases, KernelVariant.all)
  func activationFollowsTheReference(function: ActivationFunction, variant: KernelVariant) throws {
    try variant.run {
      for columns in KernelSizes.columns {
        for bias in [try normal([columns], seed: 2), nil] {
          try expectKernelFollowsReference(
            variant, [normal([33, columns], seed: 1, deviation: 3), bias]
          ) { inputs in
            try biasActivation(#require(inputs[0]), bias: inputs[1], function: function)
          }
        }
      }
    }
  }

  @Test(arguments: ActivationFunction.allCases, KernelVariant.all)
  func gatedActivationFollowsTheReference(
    function: ActivationFunction, variant: KernelVariant
  ) throws {
    try variant.run {
      for columns in KernelSizes.columns {
        let gate = try normal([33, columns], seed: 1, deviation: 2)
        let up = try normal([33, columns], seed: 2)
        try expectKernelFollowsReference(variant, [gate, up]) { inputs in
          try gatedActivation(
            gate: #require(inputs[0]), up: #require(inputs[1]), function: function)
        }
        try expectKernelFollowsReference(
          variant, [Tensor.concatenated([gate, up], along: 1)]
        ) { inputs in try gatedActivation(halves: #require(inputs[0]), function: function) }
      }
    }
  }

  /// The largest error of an activation's value over -10...10, in every instruction set.
  private func expectAccurate(
    _ function: ActivationFunction, within tolerance: Double, instructionSet: String
  ) throws {
    let x = try Tensor.range(from: -10, to: 10, by: 0.001, .float32)
    let expected = try KernelChoice.usingReference {
      try biasActivation(x.to(.float64), function: function)
    }
    _ = try KernelChoice.using(instructionSet: instructionSet) {
      let value = try biasActivation(x, function: function).to(.float64)
      let difference = try (value - expected).absolute().maximum().item()
      #expect(difference < tolerance, "\(function) \(instructionSet)")
    }
  }

  /// Values up to 10 have a spacing of 1e-6 in float32, and are rounded three times; squares up to
  /// 100 have one of 8e-6.
  @Test(arguments: KernelChoice.instructionSets, ActivationFunction.allCases)
  func activationsAreWithinMillionths(
    instructionSet: String, function: ActivationFunction
  ) throws {
    let tolerance = function == .squaredReLU ? 1e-5 : function == .tanh ? 3e-7 : 3e-6
    try expectAccurate(function, within: tolerance, instructionSet: instructionSet)
  }

  @Test(arguments: KernelChoice.instructionSets)
  func tanhIsAccurateNearZero(instructionSet: String) throws {
    let x = try Tensor.range(from: 1e-4, to: 1, by: 1e-4, .float32)
    _ = try KernelChoice.using(instructionSet: instructionSet) {
      let expected = try x.to(.float64).hyperbolicTangent()
      let value = try biasActivation(x, function: .tanh).to(.float64)
      #expect(try ((value - expected) / expected).absolute().maximum().item() < 1e-6)
    }
  }

  @Test(arguments: ActivationFunction.allCases, KernelVariant.all)
  func whatIsNotANumberStaysSo(function: ActivationFunction, variant: KernelVariant) throws {
    try variant.run {
      let x = try Tensor([Float.nan, 1]).to(variant.type)
      let y = try biasActivation(x, function: function).values(as: Float.self)
      #expect(y[0].isNaN && !y[1].isNaN)
    }
  }

  @Test func emptyBatchesPass() throws {
    let empty = try Tensor.zeros([0, 16])
    #expect(try biasActivation(empty, function: .silu).shape == [0, 16])
    #expect(try gatedActivation(gate: empty, up: empty, function: .silu).shape == [0, 16])
    #expect(try gatedActivation(halves: empty, function: .gelu(.exact)).shape == [0, 8])
  }

  @Test func aGateMayBeASliceOfAProjection() throws {
    let projected = try normal([9, 48], seed: 1)
    let gate = try projected.narrowed(1, from: 0, count: 24)
    let up = try projected.narrowed(1, from: 24, count: 24)
    let sliced = try gatedActivation(gate: gate, up: up, function: .silu)
    let halves = try gatedActivation(halves: projected, function: .silu)
    #expect(try sliced.values(as: Float.self) == halves.values(as: Float.self))
  }

  @Test func refusesAGateOfAnotherShape() throws {
    let error = try #require(
      throws: TorchError.self
    ) {
      _ = try gatedActivation(
        gate: normal([4, 16], seed: 1), up: normal([4, 8], seed: 2), function: .silu)
    }
    #expect(error.description.contains("must have one shape and one element type"))
  }

  @Test func refusesHalvesOfAnOddSize() throws {
    let error = try #require(throws: TorchError.self) {
      _ = try gatedActivation(halves: normal([4, 15], seed: 1), function: .silu)
    }
    #expect(error.description.contains("cannot be halves of [4, 15]"))
  }

  @Test func refusesABiasOfAnotherSize() throws {
    #expect(throws: TorchError.self) {
      _ = try biasActivation(
        normal([4, 16], seed: 1), bias: normal([15], seed: 2), function: .relu)
    }
  }
}
