import Testing
import Torch

/// Shapes of two operands: equal, broadcast both ways, rank 0, empty.
private let pairs: [([Int], [Int])] = [
  ([2, 3], [2, 3]), ([2, 3], [3]), ([2, 1, 3], [4, 1]), ([], [2, 2]), ([0, 3], [1, 3]),
]

private func binary(
  _ expression: String, _ types: [DataType], _ kind: Input.Kind = .normal,
  _ operation: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
) -> [OperationCase] {
  types.flatMap { type in
    pairs.map { pair in
      OperationCase(expression, [Input(pair.0, type, kind), Input(pair.1, type, kind)]) {
        [try operation($0[0], $0[1])]
      }
    }
  }
}

private func unary(
  _ expression: String, _ types: [DataType] = fractions, _ kind: Input.Kind = .normal,
  _ operation: @escaping @Sendable (Tensor) throws -> Tensor
) -> [OperationCase] {
  types.flatMap { type in
    [[2, 3], [], [0, 4]].map { shape in
      OperationCase(expression, [Input(shape, type, kind)]) { [try operation($0[0])] }
    }
  }
}

private let numbers = fractions + integers

private let battery = OperationBattery(
  cases: [
    binary("a + b", numbers + [.bool]) { try $0 + $1 },
    binary("a - b", numbers) { try $0 - $1 },
    binary("a * b", numbers + [.bool]) { try $0 * $1 },
    binary("a / b", fractions, .positive) { try $0 / $1 },
    binary("torch.maximum(a, b)", numbers) { try $0.maximum($1) },
    binary("torch.minimum(a, b)", numbers) { try $0.minimum($1) },
    unary("a + 1.5", numbers) { try $0 + 1.5 },
    unary("a - 1.5", numbers) { try $0 - 1.5 },
    unary("a * -2.5", numbers) { try $0 * -2.5 },
    unary("a / 4.0", numbers) { try $0 / 4 },
    unary("-a", numbers) { try -$0 },
    unary("a ** 3.0") { try $0.power(3) },
    unary("a ** 0.5", fractions, .positive) { try $0.power(0.5) },
    unary("a.clamp(-0.5, 0.25)") { try $0.clamped(from: -0.5, to: 0.25) },
    unary("a.clamp(-2.0, 3.0)", integers) { try $0.clamped(from: -2, to: 3) },
    unary("a.abs()", numbers) { try $0.absolute() },
    unary("a.exp()") { try $0.exponential() },
    unary("a.log()", fractions, .positive) { try $0.logarithm() },
    unary("a.sqrt()", fractions, .positive) { try $0.squareRoot() },
    unary("a.rsqrt()", fractions, .positive) { try $0.reciprocalSquareRoot() },
    unary("a.square()", numbers) { try $0.squared() },
    unary("a.tanh()") { try $0.hyperbolicTangent() },
    unary("a.sigmoid()") { try $0.sigmoid() },
    unary("torch.erf(a)") { try $0.errorFunction() },
    unary("a.sin()") { try $0.sine() },
    unary("a.cos()") { try $0.cosine() },
    [
      OperationCase("a + b", [Input([3], .float32), Input([3], .int64)]) { [try $0[0] + $0[1]] },
      OperationCase("a * b", [Input([3], .bfloat16), Input([3], .float32)]) {
        [try $0[0] * $0[1]]
      },
      OperationCase("a.log()", [Input([3], .float32, .listed([-1, 0, 1]))], differentiates: false) {
        [try $0[0].logarithm()]
      },
      OperationCase("a.float() / b", [Input([2], .int64), Input([2], .int64, .listed([0, 2]))]) {
        [try $0[0].to(.float32) / $0[1]]
      },
    ],
  ].flatMap { $0 })

private let answers = Result { try battery.answers() }

@Suite struct ArithmeticTests {
  @Test(arguments: battery.cases.indices)
  func equalsPyTorch(_ index: Int) throws {
    try OperationBattery.check(battery.cases[index], against: answers.get()[index])
  }
}
