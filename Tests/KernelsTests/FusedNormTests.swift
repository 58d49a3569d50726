import Testing
import Torch

/// Which of a norm's inputs there are.
struct NormCase: Sendable, CustomTestStringConvertible {
  var form = NormForm.layer
  var hasInputBias = true
  var hasResidual = true
  var hasBias = true
  var rate = 0.1

  var testDescription: String {
    "\(form), input bias \(hasInputBias), residual \(hasResidual), bias \(hasBias), rate \(rate)"
  }

  var dropout: DropoutKey { DropoutKey(rate: rate, seed: 7, place: 8) }

  static let all = [
    NormCase(),
    NormCase(hasInputBias: false, rate: 0),
    NormCase(hasResidual: false),
    NormCase(hasInputBias: false, hasBias: false),
    NormCase(form: .rootMeanSquare, hasBias: false),
    NormCase(form: .rootMeanSquare, hasInputBias: false, hasBias: false, rate: 0),
    NormCase(
      form: .rootMeanSquare, hasInputBias: false, hasResidual: false, hasBias: false, rate: 0),
    NormCase(form: .rootMeanSquare),
  ]

  /// Input, its bias, residual, weight, bias.
  func inputs(rows: Int, columns: Int) throws -> [Tensor?] {
    try [
      normal([rows, columns], seed: 1, deviation: 2),
      hasInputBias ? normal([columns], seed: 2) : nil,
      hasResidual ? normal([rows, columns], seed: 3) : nil,
      normal([columns], seed: 4),
      hasBias ? normal([columns], seed: 5) : nil,
    ]
  }

  func norm(_ inputs: [Tensor?]) throws -> Tensor {
    try residualNorm(
      form, #require(inputs[0]), inputBias: inputs[1], residual: inputs[2],
      weight: #require(inputs[3]), bias: inputs[4], epsilon: 1e-5, dropout: dropout)
  }

  func preNorm(_ inputs: [Tensor?]) throws -> NormalizedResidual {
    try residualPreNorm(
      form, #require(inputs[0]), inputBias: inputs[1], residual: #require(inputs[2]),
      weight: #require(inputs[3]), bias: inputs[4], epsilon: 1e-5, dropout: dropout)
  }
}

struct FusedNormTests {
  @Test(arguments: NormCase.all, KernelVariant.all)
  func normFollowsTheReference(example: NormCase, variant: KernelVariant) throws {
    try variant.run {
      for columns in KernelSizes.columns {
        for rows in [70, 1] {
          try expectKernelFollowsReference(
            variant, example.inputs(rows: rows, columns: columns), example.norm)
        }
      }
    }
  }

  @Test(arguments: NormCase.all.filter(\.hasResidual), KernelVariant.all)
  func preNormFollowsTheReferenceInBothResults(example: NormCase, variant: KernelVariant) throws {
    try variant.run {
      for columns in KernelSizes.columns {
        try expectKernelFollowsReference(
          variant, example.inputs(rows: 70, columns: columns)
        ) { inputs in
          let both = try example.preNorm(inputs)
          return try Tensor.concatenated([both.sum, both.normalized], along: 1)
        }
      }
    }
  }

  @Test(arguments: KernelVariant.all)
  func eitherResultOfAPreNormMayGoWithoutAGradient(variant: KernelVariant) throws {
    let example = NormCase(form: .rootMeanSquare, hasBias: false)
    try variant.run {
      let inputs = try example.inputs(rows: 40, columns: 100)
      try expectKernelFollowsReference(variant, inputs) { try example.preNorm($0).sum }
      try expectKernelFollowsReference(variant, inputs) { try example.preNorm($0).normalized }
    }
  }

  @Test func theNormOfAPreNormIsThatOfAPostNorm() throws {
    let example = NormCase()
    let inputs = try example.inputs(rows: 9, columns: 100)
    let alone = try example.norm(inputs).values(as: Float.self)
    #expect(try example.preNorm(inputs).normalized.values(as: Float.self) == alone)
  }

  @Test func refusesAResidualOfAnotherShape() throws {
    let vector = try normal([16], seed: 2)
    let error = try #require(throws: TorchError.self) {
      _ = try residualPreNorm(
        .rootMeanSquare, normal([4, 16], seed: 1), residual: normal([5, 16], seed: 1),
        weight: vector, epsilon: 1e-5)
    }
    #expect(error.description.contains("the residual must have the input's shape"))
  }

  @Test func refusesAWeightOfAnotherSize() throws {
    #expect(throws: TorchError.self) {
      _ = try residualNorm(
        .rootMeanSquare, normal([4, 16], seed: 1), weight: normal([15], seed: 2), epsilon: 1e-5)
    }
  }

  @Test(arguments: [NormForm.layer, .rootMeanSquare])
  func emptyBatchesPassWithTheirGradients(form: NormForm) throws {
    let weight = try normal([16], seed: 2)
    try weight.setRequiresGradient(true)
    let empty = try Tensor.zeros([0, 16])
    let both = try residualPreNorm(form, empty, residual: empty, weight: weight, epsilon: 1e-5)
    #expect(both.sum.shape == [0, 16] && both.normalized.shape == [0, 16])
    try both.normalized.sum().backward()
    #expect(try weight.gradient?.values(as: Float.self) == [Float](repeating: 0, count: 16))
  }
}
