import Testing
import Torch

/// Dense layers with low-rank terms, beside the same in libtorch's operations in float64.
struct LowRankTests {
  /// How the layers and terms of one comparison look.
  struct Case: Sendable, CustomTestStringConvertible {
    let outputs: [Int]
    /// Each term's layer, rank, scale and dropout's place; place 0 stands for none.
    let terms: [(layer: Int, rank: Int, scale: Double, place: UInt64)]

    var testDescription: String { "\(outputs) \(terms)" }

    static let all = [
      Case(outputs: [64], terms: [(0, 8, 2, 0)]),
      // An odd rank, and a bias for one layer alone.
      Case(outputs: [64, 32, 50], terms: [(0, 8, 2, 0), (2, 3, 0.7, 0)]),
      Case(outputs: [64, 96], terms: [(0, 4, 1, 1), (1, 5, 0.5, 2), (0, 2, 3, 0), (1, 3, 2, 1)]),
      // More columns of the middle than a panel has.
      Case(outputs: [40], terms: [(0, 33, 0.3, 0), (0, 8, 1, 3)]),
    ]

    func inputs(_ shape: [Int]) throws -> [Tensor?] {
      let width = shape.last ?? 0
      let deviation = 1 / Double(width).squareRoot()
      var inputs: [Tensor?] = [try normal(shape, seed: 1)]
      for count in outputs {
        inputs.append(try normal([count, width], seed: UInt64(count), deviation: deviation))
      }
      for (index, count) in outputs.enumerated() {
        inputs.append(index == 1 ? nil : try normal([count], seed: UInt64(index + 2)))
      }
      for (index, term) in terms.enumerated() {
        inputs.append(
          try normal([term.rank, width], seed: UInt64(20 + index), deviation: deviation))
      }
      for (index, term) in terms.enumerated() {
        inputs.append(
          try normal([outputs[term.layer], term.rank], seed: UInt64(40 + index), deviation: 0.3))
      }
      return inputs
    }

    func layers(_ inputs: [Tensor?]) throws -> [DenseOperand] {
      let count = outputs.count
      let factors = try terms.enumerated().map { index, term in
        LowRankFactors(
          down: try #require(inputs[1 + 2 * count + index]),
          up: try #require(inputs[1 + 2 * count + terms.count + index]), scale: term.scale,
          dropout: DropoutKey(rate: term.place == 0 ? 0 : 0.25, seed: 5, place: term.place))
      }
      return try outputs.indices.map { layer in
        DenseOperand(
          weight: try #require(inputs[1 + layer]), bias: inputs[1 + count + layer],
          terms: zip(terms, factors).filter { $0.0.layer == layer }.map(\.1))
      }
    }
  }

  @Test(arguments: Case.all, KernelVariant.all)
  func layersWithTermsFollowTheReference(terms: Case, variant: KernelVariant) throws {
    try variant.run {
      for shape in [[2, 35, 96], [130, 160], [1, 33]] {
        try expectKernelFollowsReference(variant, terms.inputs(shape)) { inputs in
          try denseProduct(#require(inputs[0]), terms.layers(inputs))
        }
      }
    }
  }

  @Test(arguments: [UInt64(0), 7], KernelVariant.all)
  func feedForwardBlocksWithTermsFollowTheReference(place: UInt64, variant: KernelVariant) throws {
    let up = Case(outputs: [192], terms: [(0, 8, 2, place), (0, 1, 1, 0)])
    let down = Case(outputs: [48], terms: [(0, 6, 0.5, place)])
    try variant.run {
      let first = try up.inputs([70, 48]), second = try down.inputs([70, 192])
      try expectKernelFollowsReference(variant, first + second.dropFirst()) { inputs in
        try feedForward(
          #require(inputs[0]), up: up.layers(inputs)[0],
          down: down.layers([nil] + inputs[first.count...])[0], activation: .gelu(.exact))
          // The block leaves the second bias to what follows.
          + #require(inputs[first.count + 1])
      }
    }
  }

  @Test(arguments: KernelVariant.all)
  func weightsThatWereLaidOutTakeTermsToo(variant: KernelVariant) throws {
    let terms = Case.all[1]
    try variant.run {
      let inputs = try terms.inputs([37, 96]).map { try $0?.to(variant.type) }
      let layers = try terms.layers(inputs)
      let weights = try inputs[1...terms.outputs.count].map { try #require($0) }
      guard let laidOut = try LaidOutWeights(weights) else { return }
      let input = try #require(inputs[0])
      let bias = try Tensor.concatenated(
        layers.map { try $0.bias?.to(.float32) ?? Tensor.zeros([$0.weight.shape[0]]) })
      let expected = try denseProduct(input, layers)
      let actual = try laidOut(input, layers, bias: bias)
      #expect(try actual.values(as: Float.self) == expected.values(as: Float.self))
    }
  }

  @Test func resultsDoNotDependOnTheThreads() throws {
    let terms = Case.all[2]
    func work() throws -> [[Float]] {
      let inputs = try terms.inputs([500, 96])
      for input in inputs { try input?.setRequiresGradient(true) }
      let result = try denseProduct(#require(inputs[0]), terms.layers(inputs))
      try result.backward(gradient: normal(result.shape, seed: 9))
      return try [result.values()] + inputs.compactMap { try $0?.gradient?.values() }
    }
    let expected = try KernelChoice.onOneThread { try work() }
    #expect(try work() == expected)
  }

  @Test func matricesThatDoNotFitAreRefused() throws {
    let input = try normal([5, 32], seed: 1), weight = try normal([64, 32], seed: 2)
    func refuses(_ down: [Int], _ up: [Int], rate: Double = 0) {
      #expect(throws: TorchError.self) {
        try denseProduct(
          input,
          [
            DenseOperand(
              weight: weight,
              terms: [
                LowRankFactors(
                  down: .zeros(down), up: .zeros(up), scale: 1,
                  dropout: DropoutKey(rate: rate, seed: 1, place: 1))
              ])
          ])
      }
    }
    refuses([8, 30], [64, 8])
    refuses([8, 32], [60, 8])
    refuses([8, 32], [64, 4])
    refuses([0, 32], [64, 0])
    refuses([8, 32], [64, 8], rate: 1)
    #expect(throws: TorchError.self) { try denseProduct(input, []) }
  }
}
