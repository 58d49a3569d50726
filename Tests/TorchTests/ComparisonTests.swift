import Testing
import Torch

private func compare(
  _ expression: String, _ operation: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
) -> [OperationCase] {
  (fractions + integers).flatMap { type in
    [([3, 4], [3, 4]), ([3, 4], [4]), ([], [2]), ([0], [0])].map { pair in
      OperationCase(
        expression, [Input(pair.0, type, .below(3)), Input(pair.1, type, .below(3))],
        differentiates: false
      ) { [try operation($0[0], $0[1])] }
    }
  }
}

private func logic(
  _ expression: String, _ operation: @escaping @Sendable ([Tensor]) throws -> Tensor
) -> [OperationCase] {
  [.bool, .int64, .float32].map { type in
    OperationCase(
      expression, [Input([2, 3], type, .below(2)), Input([3], type, .below(2))],
      differentiates: false
    ) { [try operation($0)] }
  }
}

private let special = Input([5], .float32, .listed([-.infinity, -1, 0, .nan, .infinity]))

private let battery = OperationBattery(
  cases: [
    compare("a == b") { try $0.isEqual(to: $1) },
    compare("a < b") { try $0.isLess(than: $1) },
    compare("a > b") { try $0.isGreater(than: $1) },
    compare("a == 1.0") { first, _ in try first.isEqual(to: 1) },
    compare("a > 0.5") { first, _ in try first.isGreater(than: 0.5) },
    logic("a.logical_not()") { try $0[0].logicalNot() },
    logic("torch.logical_and(a, b)") { try $0[0].logicalAnd($0[1]) },
    logic("torch.logical_or(a, b)") { try $0[0].logicalOr($0[1]) },
    logic("a.all()") { try $0[0].all() },
    logic("a.any()") { try $0[0].any() },
    [
      OperationCase("torch.isfinite(a)", [special], differentiates: false) {
        [try $0[0].isFinite()]
      },
      OperationCase("a == a", [special], differentiates: false) { [try $0[0].isEqual(to: $0[0])] },
      OperationCase("a.all()", [Input([0], .bool)]) { [try $0[0].all()] },
      OperationCase("a.any()", [Input([0], .bool)]) { [try $0[0].any()] },
    ],
    fractions.flatMap { type in
      [
        OperationCase(
          "torch.where(a, b, c)", [Input([2, 3], .bool), Input([2, 3], type), Input([3], type)]
        ) { [try $0[0].choose($0[1], otherwise: $0[2])] },
        OperationCase("b.masked_fill(a, -7.5)", [Input([3], .bool), Input([2, 3], type)]) {
          [try $0[1].filled(where: $0[0], with: -7.5)]
        },
        OperationCase("b.masked_fill(a, -math.inf)", [Input([3], .bool), Input([2, 3], type)]) {
          [try $0[1].filled(where: $0[0], with: -.infinity)]
        },
      ]
    },
  ].flatMap { $0 })

private let answers = Result { try battery.answers() }

@Suite struct ComparisonTests {
  @Test(arguments: battery.cases.indices)
  func equalsPyTorch(_ index: Int) throws {
    try OperationBattery.check(battery.cases[index], against: answers.get()[index])
  }
}
