import Foundation
import Testing
import Torch
import TorchTestSupport

/// Compositions of many operations, as networks are.
private let battery = OperationBattery(cases: [
  OperationCase(
    """
    F.cross_entropy(F.linear(F.gelu(F.linear(F.layer_norm(F.embedding(b, a), (4,), c, d, 1e-12), e)), f), \
    torch.tensor([1, 0, 2]))
    """,
    [
      Input([7, 4]), Input([3], .int64, .below(7)), Input([4]), Input([4]), Input([8, 4]),
      Input([3, 8]),
    ]
  ) { inputs in
    let embedded = try inputs[0].embedding(of: inputs[1])
    let normal = try embedded.layerNormalized(weight: inputs[2], bias: inputs[3], epsilon: 1e-12)
    let hidden = try normal.linear(weight: inputs[4]).gelu()
    return [try hidden.linear(weight: inputs[5]).crossEntropy(Tensor([Int64(1), 0, 2]))]
  },
  OperationCase(
    "((a @ b.transpose(-2, -1) / 2).masked_fill(c, -math.inf).softmax(-1) @ b)[1:].sum(0)",
    [
      Input([2, 3, 4]), Input([2, 3, 4]),
      Input([3, 3], .bool, .listed([0, 1, 0, 0, 0, 1, 1, 0, 0])),
    ]
  ) { inputs in
    let scores = try inputs[0].matmul(inputs[1].transposed()) / 2
    let shares = try scores.filled(where: inputs[2], with: -.infinity).softmax()
    return [try shares.matmul(inputs[1]).narrowed(0, from: 1, count: 1).sum([0])]
  },
  OperationCase(
    "torch.cat([a.index_select(0, b), a * a.mean()]).tanh().sort(0)[0]",
    [Input([4, 3]), Input([5], .int64, .below(4))]
  ) { inputs in
    let chosen = try inputs[0].slices(inputs[1])
    let scaled = try inputs[0] * inputs[0].mean()
    return [try Tensor.concatenated([chosen, scaled]).hyperbolicTangent().sorted(along: 0).values]
  },
  OperationCase("(a.to(torch.bfloat16) * b.to(torch.bfloat16)).float()", [Input([6]), Input([6])]) {
    [try ($0[0].to(.bfloat16) * $0[1].to(.bfloat16)).to(.float32)]
  },
])

private let answers = Result { try battery.answers() }

@Suite struct GradientsTests {
  @Test(arguments: battery.cases.indices)
  func equalPyTorchsThroughACompositionOf(_ index: Int) throws {
    try OperationBattery.check(battery.cases[index], against: answers.get()[index])
  }

  private func leaf(_ values: [Float]) throws -> Tensor {
    let tensor = try Tensor(values)
    try tensor.setRequiresGradient(true)
    return tensor
  }

  @Test func accumulateUntilTheyAreReplaced() throws {
    let x = try leaf([1, 2])
    #expect(x.gradient == nil)
    try x.squared().sum().backward()
    try x.squared().sum().backward()
    try expectClose(try #require(x.gradient), to: [Float(4), 8], within: 0)
    try x.setGradient(nil)
    #expect(x.gradient == nil)
    try x.setGradient(try Tensor([Float(5), 5]))
    try expectClose(try #require(x.gradient), to: [Float(5), 5], within: 0)
  }

  @Test func startFromAGivenWeight() throws {
    let x = try leaf([1, 2])
    try x.squared().backward(gradient: Tensor([Float(1), 10]))
    try expectClose(try #require(x.gradient), to: [Float(2), 40], within: 0)
  }

  @Test func goThroughAKeptGraphTwice() throws {
    let x = try leaf([3])
    let y = try x.squared().sum()
    try y.backward(keepsGraph: true)
    try y.backward()
    try expectClose(try #require(x.gradient), to: [Float(12)], within: 0)
    let error = #expect(throws: TorchError.self) { try y.backward() }
    #expect(error?.description.contains("second time") == true)
  }

  @Test func byChosenInputsLeaveTheOthersAlone() throws {
    let (x, y, z) = (try leaf([2]), try leaf([3]), try leaf([4]))
    let product = try (x * y).sum()
    let gradients = try product.gradients(by: [x, z, y])
    try expectClose(try #require(gradients[0]), to: [Float(3)], within: 0)
    #expect(gradients[1] == nil)
    try expectClose(try #require(gradients[2]), to: [Float(2)], within: 0)
    #expect(x.gradient == nil && y.gradient == nil && z.gradient == nil)
  }

  @Test func stopAtDetachedTensors() throws {
    let x = try leaf([2])
    let detached = try x.squared().detached()
    #expect(!detached.requiresGradient)
    #expect(try detached.sharesMemory(with: x.detached()) == false)
    try (detached * x).sum().backward()
    try expectClose(try #require(x.gradient), to: [Float(4)], within: 0)
  }

  @Test func areNotRecordedInsideTheScope() throws {
    let x = try leaf([2])
    #expect(isRecordingGradients)
    try withoutGradients {
      #expect(!isRecordingGradients)
      #expect(try !x.squared().requiresGradient)
      let inner = try withGradients { try x.squared() }
      #expect(inner.requiresGradient)
      #expect(!isRecordingGradients)
      try x.fill(7)
    }
    #expect(isRecordingGradients)
    #expect(try x.item() == 7)
  }

  @Test func areRecordedAgainAfterAnErrorInTheScope() throws {
    struct Failure: Error {}
    #expect(throws: Failure.self) { try withoutGradients { throw Failure() } }
    #expect(isRecordingGradients)
  }

  @Test func areRecordedOnOtherThreadsOfAScope() throws {
    nonisolated(unsafe) var isRecordingElsewhere = false
    withoutGradients {
      let done = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        unsafe isRecordingElsewhere = isRecordingGradients
        done.signal()
      }
      done.wait()
    }
    #expect(unsafe isRecordingElsewhere)
  }

  @Test func cannotBeAskedForIntegers() throws {
    let error = #expect(throws: TorchError.self) {
      try Tensor([Int64(1)]).setRequiresGradient(true)
    }
    #expect(error?.description.contains("floating point") == true)
  }

  @Test func protectLeavesFromChangesInPlace() throws {
    let x = try leaf([2])
    let error = #expect(throws: TorchError.self) { try x.fill(1) }
    #expect(error?.description.contains("leaf") == true)
  }

  @Test func needASingleElementToStartFrom() throws {
    let x = try leaf([2, 3])
    let error = #expect(throws: TorchError.self) { try x.squared().backward() }
    #expect(error?.description.contains("scalar outputs") == true)
  }
}
