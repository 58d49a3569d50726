import Testing
import Torch

/// Sizes and options of one cross-entropy.
struct CrossEntropyCase: Sendable, CustomTestStringConvertible {
  var rows = 41
  var classes = 100
  var smoothing = 0.0
  var reduction = LossReduction.mean
  /// Every how many rows one is ignored; 0 for none, 1 for all but the first.
  var ignoring = 0

  var testDescription: String {
    "\(rows) rows, \(classes) classes, smoothing \(smoothing), \(reduction), ignoring \(ignoring)"
  }

  /// Classes that fill vectors, that leave rests, and more than are added up in one go.
  static let all = [
    CrossEntropyCase(),
    CrossEntropyCase(classes: 7, smoothing: 0.1, ignoring: 3),
    CrossEntropyCase(classes: 64, reduction: .sum, ignoring: 2),
    CrossEntropyCase(classes: 2051, smoothing: 0.2, reduction: .sum),
    CrossEntropyCase(rows: 1, classes: 1030),
    CrossEntropyCase(rows: 5, classes: 1, smoothing: 0.5),
    CrossEntropyCase(classes: 33, smoothing: 1, ignoring: 1),
  ]

  /// Classes spread over all there are, and -1 for what is ignored.
  func targets() throws -> Tensor {
    try Tensor(
      (0..<rows).map { row in
        ignoring > 0 && row > 0 && row.isMultiple(of: ignoring)
          ? Int32(-1) : Int32((row * 7919) % classes)
      })
  }
}

struct CrossEntropyTests {
  @Test(arguments: CrossEntropyCase.all, KernelVariant.all)
  func crossEntropyFollowsTheReference(example: CrossEntropyCase, variant: KernelVariant) throws {
    let targets = try example.targets()
    try variant.run {
      for reduction in [example.reduction, .none] {
        try expectKernelFollowsReference(
          variant, [normal([example.rows, example.classes], seed: 1, deviation: 3)]
        ) { inputs in
          let logits = try #require(inputs[0])
          return try crossEntropy(
            logits: logits, targets: targets, ignoring: -1, smoothing: example.smoothing,
            reduction: reduction
          ).to(logits.dataType)
        }
      }
    }
  }

  /// Blocks of all rows, of several and of one.
  @Test(arguments: CrossEntropyCase.all, KernelVariant.all)
  func linearCrossEntropyFollowsTheReference(
    example: CrossEntropyCase, variant: KernelVariant
  ) throws {
    let targets = try example.targets()
    try variant.run {
      for (rowsAtOnce, hasBias) in [(example.rows, true), (7, false), (1, true)] {
        let inputs = try [
          normal([example.rows, 40], seed: 1),
          normal([example.classes, 40], seed: 2, deviation: 0.2),
          hasBias ? normal([example.classes], seed: 3) : nil,
        ]
        try expectKernelFollowsReference(variant, inputs) { inputs in
          let hidden = try #require(inputs[0])
          return try linearCrossEntropy(
            hidden, weight: #require(inputs[1]), bias: inputs[2], targets: targets, ignoring: -1,
            smoothing: example.smoothing, reduction: example.reduction,
            logitsAtOnce: rowsAtOnce * example.classes
          ).to(hidden.dataType)
        }
      }
    }
  }

  /// A weight of more elements than are rounded to bfloat16 in one go.
  @Test func aLargeWeightsGradientAddsUpOverBlocks() throws {
    let classes = 66_000
    let variant = try #require(
      KernelVariant.all.first {
        $0.type == .bfloat16 && $0.instructionSet == KernelChoice.instructionSet
      })
    let targets = try Tensor([Int64(0), 65_999, 65_535, 40_000])
    try expectKernelFollowsReference(
      variant, [normal([4, 64], seed: 1), normal([classes, 64], seed: 2, deviation: 0.1)]
    ) { inputs in
      let hidden = try #require(inputs[0])
      return try linearCrossEntropy(
        hidden, weight: #require(inputs[1]), targets: targets, logitsAtOnce: 2 * classes
      ).to(hidden.dataType)
    }
  }

  @Test(arguments: [DataType.float32, .bfloat16])
  func lossesAreInFloat32AndOfRowsWhenNothingIsReduced(type: DataType) throws {
    let hidden = try normal([5, 16], seed: 1).to(type)
    let weight = try normal([9, 16], seed: 2).to(type)
    let targets = try Tensor([Int64(3), -100, 0, 8, -100])
    let losses = try linearCrossEntropy(hidden, weight: weight, targets: targets, reduction: .none)
    let sum = try linearCrossEntropy(hidden, weight: weight, targets: targets, reduction: .sum)
    let mean = try linearCrossEntropy(hidden, weight: weight, targets: targets)
    let values = try losses.values(as: Float.self)
    #expect(losses.dataType == .float32 && losses.shape == [5] && values[1] == 0 && values[4] == 0)
    // One rounding of a sum of three.
    #expect(try abs(Double(values.reduce(0, +)) - sum.item()) < 1e-5)
    #expect(try abs(sum.item() / 3 - mean.item()) < 1e-5)
  }

  @Test func aFrozenWeightHasNoGradientAndCostsNone() throws {
    let hidden = try normal([5, 16], seed: 1)
    try hidden.setRequiresGradient(true)
    let weight = try normal([9, 16], seed: 2)
    let targets = try Tensor([Int64(3), 1, 0, 8, 2])
    try linearCrossEntropy(hidden, weight: weight, targets: targets).backward()
    #expect(hidden.gradient != nil && weight.gradient == nil)
  }

  @Test func gradientsScaleWithTheLoss() throws {
    let weight = try normal([9, 16], seed: 2)
    let targets = try Tensor([Int64(3), 1])
    func gradient(scale: Double) throws -> Tensor {
      let hidden = try normal([2, 16], seed: 1)
      try hidden.setRequiresGradient(true)
      let loss = try linearCrossEntropy(hidden, weight: weight, targets: targets)
      try (loss * scale).backward()
      return try #require(hidden.gradient)
    }
    #expect(try relativeDifference(gradient(scale: 0.5), gradient(scale: 1) * 0.5) < 1e-6)
  }

  @Test func rowsThatAreAllIgnoredSumToNothing() throws {
    let hidden = try normal([2, 16], seed: 1)
    let weight = try normal([9, 16], seed: 2)
    for tensor in [hidden, weight] { try tensor.setRequiresGradient(true) }
    let targets = try Tensor([Int64(-100), -100])
    let sum = try linearCrossEntropy(hidden, weight: weight, targets: targets, reduction: .sum)
    try sum.backward()
    #expect(try sum.item() == 0)
    for tensor in [hidden, weight] {
      #expect(try #require(tensor.gradient).absolute().maximum().item() == 0)
    }
    #expect(try linearCrossEntropy(hidden, weight: weight, targets: targets).item().isNaN)
    #expect(try crossEntropy(logits: weight, targets: Tensor.full([9], -100, .int64)).item().isNaN)
  }

  @Test func emptyBatchesPass() throws {
    let none = try Tensor([Int64]())
    let weight = try normal([9, 16], seed: 2)
    let linear = try linearCrossEntropy(
      Tensor.zeros([0, 16]), weight: weight, targets: none, reduction: .sum)
    let plain = try crossEntropy(logits: Tensor.zeros([0, 9]), targets: none, reduction: .sum)
    #expect(try linear.item() == 0 && plain.item() == 0)
  }

  @Test func refusesATargetThatIsNoClass() throws {
    for target in [9, -1] {
      let error = try #require(throws: TorchError.self) {
        _ = try linearCrossEntropy(
          normal([2, 16], seed: 1), weight: normal([9, 16], seed: 2),
          targets: Tensor([Int64(0), Int64(target)]))
      }
      #expect(error.description.contains("target \(target) of row 1 is none of the 9 classes"))
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    let hidden = try normal([2, 16], seed: 1)
    let weight = try normal([9, 16], seed: 2)
    let targets = try Tensor([Int64(0), 1])
    #expect(throws: TorchError.self) {
      _ = try linearCrossEntropy(hidden, weight: normal([9, 15], seed: 2), targets: targets)
    }
    #expect(throws: TorchError.self) {
      _ = try linearCrossEntropy(hidden, weight: weight.to(.bfloat16), targets: targets)
    }
    #expect(throws: TorchError.self) {
      _ = try linearCrossEntropy(
        hidden, weight: weight, bias: normal([8], seed: 3), targets: targets)
    }
    #expect(throws: TorchError.self) {
      _ = try linearCrossEntropy(hidden, weight: weight, targets: Tensor([Int64(0)]))
    }
    #expect(throws: TorchError.self) {
      _ = try crossEntropy(logits: hidden, targets: targets, smoothing: 1.5)
    }
    #expect(throws: TorchError.self) {
      _ = try crossEntropy(logits: hidden, targets: Tensor([Float(0), 1]))
    }
  }

  @Test func refusesGradientsOfUnreducedLosses() throws {
    let hidden = try normal([2, 16], seed: 1)
    try hidden.setRequiresGradient(true)
    let error = try #require(throws: TorchError.self) {
      _ = try linearCrossEntropy(
        hidden, weight: normal([9, 16], seed: 2), targets: Tensor([Int64(0), 1]), reduction: .none)
    }
    #expect(error.description.contains("ask for their mean or sum"))
  }
}
