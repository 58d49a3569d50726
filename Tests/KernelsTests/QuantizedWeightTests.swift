import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Weights in few bits, beside bitsandbytes and beside their definition.
struct QuantizedWeightTests {
  private static let oracle = PythonOracle("kernels_quantized")

  /// Sizes of whole blocks, and with blocks that go on in the next row.
  @Test(arguments: [[96, 192], [64, 66], [512, 256], [10, 66]])
  func normalFloatsAreThoseOfBitsandbytes(shape: [Int]) throws {
    let weight = try normal(shape, seed: 1, deviation: 0.05)
    let input = try normal([33, shape[1]], seed: 2), gradient = try normal([33, shape[0]], seed: 3)
    let quantized = try QuantizedWeight(weight, .nf4)
    let parts = try quantized.parts()
    let request = ["weight": weight, "scales": parts[1], "input": input, "gradient": gradient]
    let expected: [String: StoredTensor] = try Self.oracle.run(
      request.mapValues { try StoredTensor($0) })
    for (part, name) in [(0, "codes"), (2, "blockScales"), (3, "offset")] {
      #expect(try StoredTensor(parts[part]).bytes == expected[name]?.bytes, "\(name)")
    }
    // Its code for processors rounds scales a few millionths beside the middle of two codes.
    let scales = try #require(expected["scales"]).tensor().to(.int64)
    let steps = try (parts[1].to(.int64) - scales).absolute().to(.float32)
    #expect(try steps.maximum().item() <= 1 && steps.mean().item() <= 0.02)
    for type in [DataType.float32, .bfloat16] {
      let name = type.rawValue
      let values = try #require(expected["values \(name)"])
      #expect(try StoredTensor(quantized.values(type)) == values)
      let rows = try input.to(type).clone()
      try rows.setRequiresGradient(true)
      let result = try denseProduct(rows, [DenseOperand(.quantized(quantized))])
      try result.backward(gradient: gradient.to(type))
      let tolerance = type == .float32 ? 2e-6 : 2e-2
      let wanted = try #require(expected["result \(name)"]).tensor()
      #expect(try relativeDifference(result, wanted) < tolerance)
      let found = try #require(rows.gradient)
      #expect(
        try relativeDifference(found, #require(expected["gradient \(name)"]).tensor()) < tolerance)
    }
  }

  @Test(arguments: WeightFormat.allCases, KernelVariant.all)
  func everyInstructionSetMakesTheSameNumbers(format: WeightFormat, variant: KernelVariant) throws {
    for shape in [[5, 7], [40, 96], [3, 129]] {
      let quantized = try QuantizedWeight(normal(shape, seed: 4), format)
      let expected = try KernelChoice.using(instructionSet: "portable") {
        try quantized.values(variant.type).values(as: Float.self)
      }
      try variant.run {
        let found = try quantized.values(variant.type).values(as: Float.self)
        #expect(found == expected)
      }
    }
  }

  /// A byte's step is 1/127 of the row's largest magnitude; rounding leaves half of it.
  @Test func bytesAreWithinHalfAStep() throws {
    let weight = try normal([20, 100], seed: 5)
    let quantized = try QuantizedWeight(weight, .int8)
    let steps = try weight.absolute().maximum(along: 1, keepsDimension: true) / 127
    let error = try (quantized.values() - weight).absolute() / steps
    #expect(try error.maximum().item() < 0.5 + 1e-4)
    #expect(quantized.byteCount == 20 * 100 + 20 * 4)
  }

  @Test func zerosStayZeros() throws {
    for format in WeightFormat.allCases {
      let quantized = try QuantizedWeight(Tensor.zeros([4, 64]), format)
      #expect(try quantized.values().absolute().maximum().item() == 0)
    }
  }

  /// Of several layers, one of them quantised, with terms: beside the same with the numbers.
  @Test(arguments: WeightFormat.allCases, KernelVariant.all)
  func productsAreThoseOfTheNumbers(format: WeightFormat, variant: KernelVariant) throws {
    try variant.run {
      let quantized = try QuantizedWeight(normal([64, 96], seed: 1, deviation: 0.1), format)
      let other = try normal([32, 96], seed: 2, deviation: 0.1).to(variant.type)
      let bias = try normal([64], seed: 3).to(variant.type)
      let down = try normal([4, 96], seed: 4).to(variant.type)
      let up = try normal([64, 4], seed: 5).to(variant.type)
      func run(_ weight: DenseWeight) throws -> [[Float]] {
        let input = try normal([40, 96], seed: 6).to(variant.type)
        let leaves = try [input, down.clone(), up.clone()]
        for leaf in leaves { try leaf.setRequiresGradient(true) }
        let terms = [LowRankFactors(down: leaves[1], up: leaves[2], scale: 2)]
        let result = try denseProduct(
          input, [DenseOperand(weight, bias: bias, terms: terms), DenseOperand(weight: other)])
        try result.backward(gradient: normal([40, 96], seed: 7).to(variant.type))
        return try [result.values()] + leaves.map { try #require($0.gradient).values() }
      }
      let found = try run(.quantized(quantized))
      let expected = try run(.plain(quantized.values(variant.type)))
      for (one, other) in zip(found, expected) {
        try expectClose(
          Tensor(one), to: other, within: variant.tolerance, relative: variant.tolerance)
      }
    }
  }

  @Test func nothingOfTheNumbersIsKept() throws {
    let quantized = try QuantizedWeight(normal([64, 96], seed: 1), .nf4)
    let source = try normal([40, 96], seed: 2)
    try source.setRequiresGradient(true)
    for instructionSet in KernelChoice.instructionSets {
      try KernelChoice.using(instructionSet: instructionSet) {
        let counted = try CountedMemory.of {
          try denseProduct(source * 2, [DenseOperand(.quantized(quantized))])
        }
        #expect(counted.memory.held == counted.result.byteCount)
      }
    }
  }

  @Test func whatCannotBeQuantisedIsRefused() throws {
    for format in WeightFormat.allCases {
      #expect(throws: TorchError.self) { try QuantizedWeight(Tensor.zeros([64]), format) }
      #expect(throws: TorchError.self) { try QuantizedWeight(Tensor.zeros([0, 64]), format) }
      #expect(throws: TorchError.self) {
        try QuantizedWeight(Tensor.zeros([2, 2], .int64), format)
      }
      #expect(throws: TorchError.self) {
        try QuantizedWeight(Tensor.full([2, 2], .nan), format)
      }
    }
  }
}
