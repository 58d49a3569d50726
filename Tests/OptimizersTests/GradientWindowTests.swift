import Layers
import Optimizers
import Testing
import Torch
import TorchTestSupport

struct GradientWindowTests {
  private func parameter(_ type: DataType) throws -> Parameter {
    var options = ParameterStore.Options()
    options.computeType = type
    let store = ParameterStore(source: nil, options: options)
    let parameter = try store.root.parameter("weight", shape: [3], .ones)
    try parameter.setTrainable(true)
    return parameter
  }

  @Test(
    "Gradients of micro-batches add up in fp32, whatever the model computes in",
    arguments: [
      DataType.float32, .bfloat16,
    ])
  func addsUpInFloat32(type: DataType) throws {
    let parameter = try parameter(type)
    let window = GradientWindow([parameter], microbatches: 300)
    // In bf16 the sum would stay at 256: 256 + 1 rounds back to 256.
    for _ in 0..<300 {
      try parameter.value.sum().backward()
      try window.add()
    }
    let sum = try #require(window.gradients()[0])
    #expect(sum.dataType == .float32)
    #expect(try sum.values(as: Float.self) == [300, 300, 300])
    try window.clear()
    #expect(parameter.value.gradient == nil)
    #expect(window.gradients().allSatisfy { $0 == nil })
  }

  @Test("A single micro-batch is not copied") func keepsASingleGradient() throws {
    let parameter = try parameter(.bfloat16)
    let window = GradientWindow([parameter], microbatches: 1)
    try parameter.value.sum().backward()
    try window.add()
    #expect(try #require(window.gradients()[0]).dataType == .bfloat16)
  }

  @Test(
    "Rows of a table add up as its whole gradients do", arguments: [DataType.float32, .bfloat16])
  func addsUpRows(type: DataType) throws {
    let held = try embedding(type), whole = try embedding(type)
    let windows = [
      GradientWindow([held], microbatches: 3), GradientWindow([whole], microbatches: 3),
    ]
    for batch in 0..<3 {
      try lookUp(held.value, batch).backward()
      // Behind an operation a table gets its whole gradient.
      try lookUp(whole.value.reshaped([1, 20, 16]).select(0, 0), batch).backward()
      for window in windows { try window.add() }
    }
    let sums = try windows.map { try #require($0.gradients()[0]) }
    #expect(sums[0].holdsRows && !sums[1].holdsRows)
    #expect(try StoredTensor(sums[0].dense()) == StoredTensor(sums[1]))
  }

  @Test("A table may be looked up in one micro-batch and used whole in another")
  func addsUpRowsAndWholeGradients() throws {
    for wholeFirst in [true, false] {
      let table = try embedding(.bfloat16)
      let window = GradientWindow([table], microbatches: 2)
      let losses = [
        { try self.lookUp(table.value, 0) }, { try table.value.squared().sum().to(.float32) },
      ]
      for loss in wholeFirst ? losses.reversed() : losses {
        try loss().backward()
        try window.add()
      }
      let sum = try #require(window.gradients()[0])
      for loss in losses { try loss().backward() }
      #expect(!sum.holdsRows)
      try expectClose(
        sum, to: try #require(table.value.gradient).to(.float32).values(as: Float.self),
        within: 0.1, relative: 1e-2)
    }
  }

  private func embedding(_ type: DataType) throws -> Parameter {
    var options = ParameterStore.Options()
    options.computeType = type
    let store = ParameterStore(source: nil, options: options)
    let parameter = try store.root.parameter(
      "weight", shape: [20, 16], .normal(deviation: 1))
    try parameter.setTrainable(true)
    return parameter
  }

  /// A number that depends on some rows of a table, others in each batch.
  private func lookUp(_ table: Tensor, _ batch: Int) throws -> Tensor {
    let tokens = (0..<9).map { Int64(($0 * $0 + batch) % 20) }
    let vector = try Tensor((0..<16).map { Float($0) / 8 }).to(table.dataType)
    return try embeddingLayerNorm(
      words: EmbeddingLookup(table: table, indices: Tensor(tokens)), positions: nil, segments: nil,
      weight: vector, bias: vector, epsilon: 1e-12
    ).squared().sum().to(.float32)
  }

  @Test(
    "Gradients are given back as the optimiser saw them, to those that are asked for",
    arguments: [DataType.float32, .bfloat16])
  func givesBack(type: DataType) throws {
    var options = ParameterStore.Options()
    options.computeType = type
    let store = ParameterStore(source: nil, options: options)
    let parameters = try ["a", "b"].map {
      try store.root.parameter($0, shape: [3], .ones)
    }
    try store.setTrainable()
    let window = GradientWindow(parameters, microbatches: 2)
    for factor in [1.0, 3] {
      for parameter in parameters { try (parameter.value * factor).sum().backward() }
      try window.add()
    }
    try window.giveBack(to: [parameters[0]], scale: 0.5)
    let given = try #require(parameters[0].value.accumulatedGradient)
    #expect(given.dataType == type)
    #expect(try given.to(.float32).values(as: Float.self) == [2, 2, 2])
    let other = try parameters[1].value.accumulatedGradient?.values(as: Float.self)
    #expect(other == (type == .float32 ? [4, 4, 4] : nil))
    try window.clear()
    #expect(parameters[0].value.accumulatedGradient == nil)
  }

  @Test("The norm is over all gradients, and clips as PyTorch does") func measuresTheNorm() throws {
    let norm = try GradientNorm([Tensor([Float(3), 0]), nil, Tensor([Float(4)])])
    #expect(norm.value == 5)
    #expect(norm.factor(clippingTo: nil) == 1)
    #expect(norm.factor(clippingTo: 10) == 1)
    #expect(norm.factor(clippingTo: 2) == 2 / (5 + 1e-6))
  }

  @Test(arguments: [Float.nan, .infinity])
  func tellsAGradientThatIsNotFinite(bad: Float) throws {
    #expect(!(try GradientNorm([Tensor([Float(1)]), Tensor([bad])]).value.isFinite))
  }
}
