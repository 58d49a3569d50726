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
