import Testing
import Torch
import TorchTestSupport

struct OptimizerStepTests {
  static let counts = [1, 15, 1000, 100_003]

  /// A parameter with its state, on which steps are made.
  private struct State {
    let weights, first, second, copy: Tensor

    init(count: Int) throws {
      weights = try normal([count], seed: 1)
      first = try Tensor.zeros([count])
      second = try Tensor.zeros([count])
      copy = try Tensor.zeros([count], .bfloat16)
    }

    /// Rounding differs by an element's last bit or two.
    func expectFollows(_ other: State) throws {
      for (one, another) in [
        (weights, other.weights), (first, other.first), (second, other.second),
      ] {
        #expect(try relativeDifference(one, another) < 5e-7)
      }
      #expect(
        try copy.values(as: Float.self) == weights.to(.bfloat16).values(as: Float.self))
    }
  }

  private func compare(
    _ variant: KernelVariant, count: Int, _ step: (State, Tensor, Int) throws -> Void
  ) throws {
    try variant.run {
      let actual = try State(count: count)
      let expected = try State(count: count)
      for number in 1...5 {
        let gradient = try normal([count], seed: UInt64(100 + number)).to(variant.type)
        try step(actual, gradient, number)
        try KernelChoice.usingReference { try step(expected, gradient, number) }
      }
      try actual.expectFollows(expected)
    }
  }

  @Test(arguments: counts, KernelVariant.all)
  func adamFollowsTheReference(count: Int, variant: KernelVariant) throws {
    for (isDecoupled, decay) in [(true, 0.01), (false, 0.01), (true, 0)] {
      try compare(variant, count: count) { state, gradient, number in
        var settings = AdamStep(learningRate: 1e-3, step: number)
        settings.isDecoupled = isDecoupled
        settings.gradientScale = 0.7
        try adamStep(
          [
            AdamParameter(
              master: state.weights, firstMoment: AdamMoment(state.first),
              secondMoment: AdamMoment(state.second),
              gradient: gradient, copy: state.copy, weightDecay: decay)
          ], settings: settings)
      }
    }
  }

  @Test(arguments: counts, KernelVariant.all)
  func sgdFollowsTheReference(count: Int, variant: KernelVariant) throws {
    for (momentum, dampening, isNesterov) in [(0, 0, false), (0.9, 0.1, false), (0.9, 0, true)] {
      try compare(variant, count: count) { state, gradient, number in
        var settings = SGDStep(learningRate: 1e-2, isFirst: number == 1)
        settings.momentum = momentum
        settings.dampening = dampening
        settings.isNesterov = isNesterov
        try sgdStep(
          [
            SGDParameter(
              master: state.weights, velocity: state.first, gradient: gradient, copy: state.copy,
              weightDecay: 0.01)
          ], settings: settings)
      }
    }
  }

  @Test(arguments: KernelVariant.all)
  func sumOfSquaresAddsUpEveryGradient(variant: KernelVariant) throws {
    let gradients = try [
      normal([1000, 77], seed: 1).to(variant.type), normal([13], seed: 2).to(variant.type),
    ]
    let expected = try gradients.reduce(0) { try $0 + $1.to(.float64).squared().sum().item() }
    try variant.run {
      let sum = try sumOfSquares(gradients)
      #expect(abs(sum - expected) < 1e-9 * expected)
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func sumOfSquaresTellsOfWhatIsNotFinite(value: Float) throws {
    var values = [Float](repeating: 1, count: 70_000)
    values[69_999] = value
    #expect(try !sumOfSquares([Tensor(values)]).isFinite)
  }

  @Test(arguments: KernelVariant.all)
  func accumulatesAndCasts(variant: KernelVariant) throws {
    let gradient = try normal([1000, 77], seed: 1).to(variant.type)
    try variant.run {
      let sum = try normal([1000, 77], seed: 2)
      let expected = try sum.clone() + gradient.to(.float32) * 0.5
      try sum.accumulate(gradient, scale: 0.5)
      #expect(try relativeDifference(sum, expected) < 1e-6)

      let other: DataType = variant.type == .float32 ? .bfloat16 : .float32
      let cast = try Tensor.zeros([1000, 77], other)
      try cast.castCopy(from: gradient)
      #expect(try relativeDifference(cast, gradient.to(other)) == 0)
    }
  }

  @Test func movesManyParametersAsOneByOne() throws {
    // More elements than a piece of work, a few, one and none.
    let counts = [70_001, 5, 1, 0]
    let together = try counts.map(State.init(count:))
    let alone = try counts.map(State.init(count:))
    for number in 1...3 {
      let settings = AdamStep(learningRate: 1e-3, step: number)
      func parameter(_ state: State) throws -> AdamParameter {
        AdamParameter(
          master: state.weights, firstMoment: AdamMoment(state.first),
          secondMoment: AdamMoment(state.second),
          gradient: try normal([state.weights.count], seed: UInt64(number)), copy: state.copy,
          weightDecay: 0.1)
      }
      try adamStep(together.map(parameter), settings: settings)
      for state in alone { try adamStep([parameter(state)], settings: settings) }
    }
    for (one, other) in zip(together, alone) {
      #expect(try StoredTensor(one.weights) == StoredTensor(other.weights))
      #expect(try StoredTensor(one.copy) == StoredTensor(other.copy))
    }
  }

  @Test func refusesTensorsOfOtherShapesAndMovesNothing() throws {
    let fitting = try State(count: 10)
    let state = try State(count: 10)
    let before = try StoredTensor(fitting.weights)
    func parameter(_ state: State, _ gradient: Tensor) -> AdamParameter {
      AdamParameter(
        master: state.weights, firstMoment: AdamMoment(state.first),
        secondMoment: AdamMoment(state.second),
        gradient: gradient)
    }
    #expect(throws: TorchError.self) {
      try adamStep(
        [parameter(fitting, fitting.weights), parameter(state, normal([11], seed: 1))],
        settings: AdamStep(learningRate: 1, step: 1))
    }
    #expect(try StoredTensor(fitting.weights) == before)
    #expect(throws: TorchError.self) {
      try adamStep(
        [parameter(state, state.first)], settings: AdamStep(learningRate: 1, step: 0))
    }
    #expect(throws: TorchError.self) {
      var settings = SGDStep(learningRate: 1, isFirst: true)
      settings.momentum = 0.9
      try sgdStep(
        [SGDParameter(master: state.weights, gradient: state.first)], settings: settings)
    }
    #expect(throws: TorchError.self) { try state.weights.castCopy(from: normal([3], seed: 1)) }
  }
}
