import Testing
import Torch
import TorchTestSupport

private func shape(
  _ expression: String, _ shapes: [[Int]] = [[2, 3, 4]],
  _ types: [DataType] = [.float32, .bfloat16, .int64, .bool],
  _ operation: @escaping @Sendable (Tensor) throws -> Tensor
) -> [OperationCase] {
  types.flatMap { type in
    shapes.map { shape in
      OperationCase(expression, [Input(shape, type)]) { [try operation($0[0])] }
    }
  }
}

private func indexed(
  _ expression: String, _ shape: [Int], _ index: Input,
  _ operation: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
) -> [OperationCase] {
  [DataType.float32, .float16, .int32].map { type in
    OperationCase(expression, [Input(shape, type), index]) { [try operation($0[0], $0[1])] }
  }
}

private let three = [Input([2, 3]), Input([1, 3]), Input([0, 3])]

private let battery = OperationBattery(
  cases: [
    shape("a.reshape(6, -1)") { try $0.reshaped([6, -1]) },
    shape("a.reshape(-1)", [[2, 3], [], [0, 3]]) { try $0.reshaped([-1]) },
    shape("a.transpose(0, 2).reshape(4, 6)") { try $0.transposed(0, 2).reshaped([4, 6]) },
    shape("a.expand(5, -1, 3)", [[2, 1], [1, 1]]) { try $0.expanded([5, -1, 3]) },
    shape("a.permute(2, 0, 1)") { try $0.permuted([2, 0, 1]) },
    shape("a.transpose(-2, -1)", [[2, 3], [2, 3, 4]]) { try $0.transposed() },
    shape("a.unsqueeze(-1)", [[2, 3], []]) { try $0.unsqueezed(-1) },
    shape("a.squeeze(1)", [[2, 1, 3], [2, 2]]) { try $0.squeezed(1) },
    shape("a.flatten()", [[2, 3, 4], []]) { try $0.flattened() },
    shape("a.flatten(1, 2)") { try $0.flattened(from: 1, to: 2) },
    shape("a.narrow(1, 1, 2)") { try $0.narrowed(1, from: 1, count: 2) },
    shape("a.narrow(-1, 2, 0)") { try $0.narrowed(-1, from: 2, count: 0) },
    shape("a.select(1, 2)") { try $0.select(1, 2) },
    shape("a.select(-1, -1)", [[2, 3], [4]]) { try $0.select(-1, -1) },
    shape("a.triu(1)", [[3, 4], [2, 3, 3]]) { try $0.upperTriangle(diagonal: 1) },
    shape("a.tril()", [[3, 4]]) { try $0.lowerTriangle() },
    shape("a.flip(1)") { try $0.reversed(along: 1) },
    shape("a.as_strided((2, 2), (1, 3), 2)") { try $0.strided([2, 2], strides: [1, 3], from: 2) },
    shape("a.t().contiguous()", [[2, 3]]) { try $0.transposed().contiguous() },
    shape("a.t().clone()", [[2, 3]]) { try $0.transposed().clone() },
    indexed("a.index_select(0, b)", [5, 3], Input([4], .int64, .below(5))) { try $0.slices($1) },
    indexed("a.index_select(-1, b)", [5, 3], Input([0], .int64)) { try $0.slices($1, along: -1) },
    indexed("a.index_select(1, b)", [5, 3], Input([4], .int32, .below(3))) {
      try $0.slices($1, along: 1)
    },
    indexed("a.gather(1, b)", [2, 4], Input([2, 3], .int64, .below(4))) {
      try $0.gathered($1, along: 1)
    },
    indexed("torch.repeat_interleave(a, b, 0)", [4, 2], Input([4], .int64, .below(3))) {
      try $0.repeated($1)
    },
    [
      OperationCase("torch.cat([a, b, c])", three) { [try Tensor.concatenated($0)] },
      OperationCase("torch.cat([a, a], -1)", [Input([2, 3])]) {
        [try Tensor.concatenated([$0[0], $0[0]], along: -1)]
      },
      OperationCase("torch.stack([a, b, a])", [Input([2, 3]), Input([2, 3])]) {
        [try Tensor.stacked([$0[0], $0[1], $0[0]])]
      },
      OperationCase("torch.stack([a, b], -1)", [Input([], .int64), Input([], .int64)]) {
        [try Tensor.stacked($0, along: -1)]
      },
    ],
  ].flatMap { $0 })

private let answers = Result { try battery.answers() }

@Suite struct ShapeTests {
  @Test(arguments: battery.cases.indices)
  func equalsPyTorch(_ index: Int) throws {
    try OperationBattery.check(battery.cases[index], against: answers.get()[index])
  }

  @Test func viewsShareMemoryWithTheirSource() throws {
    let source = try Tensor.range(to: 6).reshaped([2, 3])
    #expect(try source.transposed().sharesMemory(with: source))
    try source.select(0, 1).fill(9)
    #expect(try source.values(as: Int64.self) == [0, 1, 2, 9, 9, 9])
  }

  @Test func copiesHaveMemoryOfTheirOwn() throws {
    let source = try Tensor.range(to: 6)
    #expect(try !source.clone().sharesMemory(with: source))
    #expect(try source.contiguous().sharesMemory(with: source))
  }

  @Test func emptyTensorsShareNothing() throws {
    #expect(try !Tensor.zeros([0]).sharesMemory(with: Tensor.zeros([0])))
  }
}
