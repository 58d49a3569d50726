import Testing
import Torch

private func reduce(
  _ expression: String, _ shapes: [[Int]] = [[3, 4], [2, 3, 4]], _ types: [DataType] = fractions,
  differentiates: Bool = true, _ operation: @escaping @Sendable (Tensor) throws -> [Tensor]
) -> [OperationCase] {
  types.flatMap { type in
    shapes.map { shape in
      OperationCase(expression, [Input(shape, type)], differentiates: differentiates) {
        try operation($0[0])
      }
    }
  }
}

private let everyShape: [[Int]] = [[3, 4], [2, 3, 4], [], [0], [2, 0]]
private let numbers = fractions + integers

private let battery = OperationBattery(
  cases: [
    reduce("a.sum()", everyShape, numbers + [.bool]) { [try $0.sum()] },
    reduce("a.sum(-1)") { [try $0.sum([-1])] },
    reduce("a.sum((0, 1), keepdim=True)") { [try $0.sum([0, 1], keepsDimensions: true)] },
    reduce("a.sum(0)", [[0, 3]]) { [try $0.sum([0])] },
    reduce("a.mean()", [[3, 4], []]) { [try $0.mean()] },
    reduce("a.mean(1, keepdim=True)") { [try $0.mean([1], keepsDimensions: true)] },
    reduce("a.var((0, 1))") { [try $0.variance([0, 1])] },
    reduce("a.var(-1, correction=0, keepdim=True)") {
      [try $0.variance([-1], correction: 0, keepsDimensions: true)]
    },
    reduce("torch.var(a)", [[3, 4]]) { [try $0.variance()] },
    reduce("a.max()", [[3, 4], []], numbers) { [try $0.maximum()] },
    reduce("a.min()", [[3, 4], []], numbers) { [try $0.minimum()] },
    reduce("a.amax(1)", [[3, 40]], numbers, differentiates: false) {
      [try $0.maximum(along: 1)]
    },
    reduce("a.amin(0, keepdim=True)", [[3, 4]], numbers, differentiates: false) {
      [try $0.minimum(along: 0, keepsDimension: true)]
    },
    reduce("a.argmax(-1)", [[3, 40]], fractions, differentiates: false) {
      [try $0.indexOfMaximum(along: -1)]
    },
    reduce("a.argmax(0, keepdim=True)", [[3, 4]], integers) {
      [try $0.indexOfMaximum(along: 0, keepsDimension: true)]
    },
    reduce("torch.linalg.vector_norm(a)") { [try $0.norm()] },
    reduce("torch.linalg.vector_norm(a, 1)") { [try $0.norm(1)] },
    reduce("torch.linalg.vector_norm(a, math.inf)") { [try $0.norm(.infinity)] },
    reduce("(a * 100).logsumexp(1)") { [try ($0 * 100).logSumExp(along: 1)] },
    reduce("a.logsumexp(-1, keepdim=True)") {
      [try $0.logSumExp(along: -1, keepsDimension: true)]
    },
    reduce("a.cumsum(0)", [[3, 4], [0, 2]], numbers + [.bool]) { [try $0.cumulativeSum(along: 0)] },
    reduce("a.topk(3)") {
      let (values, indices) = try $0.largest(3)
      return [values, indices]
    },
    reduce("a.topk(2, 0)") {
      let (values, indices) = try $0.largest(2, along: 0)
      return [values, indices]
    },
    reduce("a.sort(stable=True)", [[3, 40], [0]], numbers) {
      let (values, indices) = try $0.sorted()
      return [values, indices]
    },
    reduce("a.sort(dim=0, descending=True, stable=True)", [[30, 4]], numbers) {
      let (values, indices) = try $0.sorted(along: 0, descending: true)
      return [values, indices]
    },
  ].flatMap { $0 })

private let answers = Result { try battery.answers() }

@Suite struct ReductionTests {
  @Test(arguments: battery.cases.indices)
  func equalsPyTorch(_ index: Int) throws {
    try OperationBattery.check(battery.cases[index], against: answers.get()[index])
  }
}
