import Testing
import Torch

struct DenseProductsTests {
  /// Rows, inputs and outputs: less than a tile, rests of tiles, groups and panels, sums of several
  /// chunks, odd sizes that leave half a unit of bfloat16, and those of real models.
  static let sizes = [
    [1, 2, 2], [3, 64, 32], [12, 96, 100], [97, 130, 66], [200, 384, 96], [30, 1100, 40],
    [13, 7, 5], [97, 48, 9], [12, 32, 1], [1300, 16, 34], [64, 768, 768],
  ]

  @Test(arguments: sizes, KernelVariant.all)
  func linearFollowsTheReference(size: [Int], variant: KernelVariant) throws {
    let (rows, input, output) = (size[0], size[1], size[2])
    try variant.run {
      for hasBias in [true, false] {
        let inputs = try [
          normal([rows, input], seed: 1),
          normal([output, input], seed: 2, deviation: 1 / Double(input).squareRoot()),
          hasBias ? normal([output], seed: 3) : nil,
        ]
        try expectKernelFollowsReference(variant, inputs) { inputs in
          try #require(inputs[0]).linear(weight: #require(inputs[1]), bias: inputs[2])
        }
      }
    }
  }

  @Test(arguments: KernelVariant.all)
  func joinedLayersFollowTheReference(variant: KernelVariant) throws {
    try variant.run {
      // 40 columns are no whole panel: such layers are joined another way.
      for outputs in [[64, 32, 50], [40, 40]] {
        let inputs =
          try [normal([2, 35, 96], seed: 1)]
          + outputs.map { try normal([$0, 96], seed: UInt64($0), deviation: 0.1) }
          + outputs.enumerated().map { $0 == 1 ? nil : try normal([$1], seed: UInt64($1 + 1)) }
        try expectKernelFollowsReference(variant, inputs) { inputs in
          try joinedLinear(
            #require(inputs[0]), weights: inputs[1...outputs.count].map { try #require($0) },
            biases: Array(inputs[(outputs.count + 1)...]))
        }
      }
    }
  }

  @Test(arguments: [GELUForm.exact, .tanh], KernelVariant.all)
  func feedForwardFollowsTheReference(form: GELUForm, variant: KernelVariant) throws {
    try variant.run {
      for (rows, width, middle) in [(70, 48, 192), (5, 33, 70), (110, 384, 1536)] {
        for hasBias in [true, false] {
          let inputs = try [
            normal([rows, width], seed: 1),
            normal([middle, width], seed: 2, deviation: 1 / Double(width).squareRoot()),
            hasBias ? normal([middle], seed: 3) : nil,
            normal([width, middle], seed: 4, deviation: 1 / Double(middle).squareRoot()),
          ]
          try expectKernelFollowsReference(variant, inputs) { inputs in
            try feedForward(
              #require(inputs[0]), up: #require(inputs[1]), bias: inputs[2],
              down: #require(inputs[3]), activation: .gelu(form))
          }
        }
      }
    }
  }

  @Test(arguments: KernelVariant.all)
  func aRowsResultDoesNotDependOnTheOthers(variant: KernelVariant) throws {
    try variant.run {
      let weight = try normal([96, 640], seed: 2, deviation: 0.05).to(variant.type)
      guard try LaidOutWeights([weight]) != nil else { return }  // libtorch's own products
      let rows = try normal([205, 640], seed: 1).to(variant.type)
      let all = try rows.linear(weight: weight).values(as: Float.self)
      for row in [0, 11, 12, 100, 204] {
        let alone = try rows.narrowed(0, from: row, count: 1).linear(weight: weight)
        #expect(try alone.values(as: Float.self) == Array(all[row * 96..<(row + 1) * 96]))
      }
    }
  }

  @Test(arguments: KernelVariant.all)
  func weightsThatWereLaidOutGiveTheSameBits(variant: KernelVariant) throws {
    try variant.run {
      let weights = try [64, 50].map { try normal([$0, 96], seed: UInt64($0)).to(variant.type) }
      guard let laidOut = try LaidOutWeights(weights) else { return }
      let bias = try normal([114], seed: 3)
      for rows in [1, 16, 130] {
        let input = try normal([rows, 96], seed: 1).to(variant.type)
        let expected = try joinedLinear(
          input, weights: weights,
          biases: [bias.narrowed(0, from: 0, count: 64), bias.narrowed(0, from: 64, count: 50)])
        let actual = try laidOut(input, bias: bias)
        #expect(try actual.values(as: Float.self) == expected.values(as: Float.self))
      }
    }
  }

  @Test func aFrozenLayerGetsNoGradientButPassesItOn() throws {
    let input = try normal([40, 64], seed: 1)
    let weights = try (0..<2).map { try normal([64, 64], seed: UInt64(2 + $0)) }
    try input.setRequiresGradient(true)
    try weights[1].setRequiresGradient(true)
    try joinedLinear(input, weights: weights, biases: [nil, nil])
      .backward(gradient: normal([40, 128], seed: 5))
    #expect(weights[0].gradient == nil && weights[1].gradient != nil && input.gradient != nil)
  }

  @Test func anEmptyBatchGivesZeroGradients() throws {
    let weight = try normal([64, 32], seed: 1)
    try weight.setRequiresGradient(true)
    let output = try Tensor.zeros([0, 32]).linear(weight: weight)
    try output.backward(gradient: Tensor.zeros([0, 64]))
    #expect(try #require(weight.gradient).absolute().maximum().item() == 0)
  }

  @Test func anInputThatDoesNotFitIsRefused() throws {
    let weight = try normal([64, 32], seed: 1)
    #expect(throws: TorchError.self) { try normal([5, 30], seed: 2).linear(weight: weight) }
    #expect(throws: TorchError.self) {
      try normal([5, 32], seed: 2).to(.bfloat16).linear(weight: weight)
    }
    #expect(throws: TorchError.self) {
      try normal([5, 32], seed: 2).linear(weight: weight, bias: Tensor.zeros([63]))
    }
    #expect(throws: TorchError.self) {
      try joinedLinear(normal([5, 32], seed: 2), weights: [], biases: [])
    }
    #expect(throws: TorchError.self) {
      try feedForward(
        normal([5, 32], seed: 2), up: weight, bias: nil, down: weight, activation: .none)
    }
    #expect(throws: TorchError.self) {
      try LaidOutWeights([weight, normal([64, 30], seed: 3)])
    }
  }
}
