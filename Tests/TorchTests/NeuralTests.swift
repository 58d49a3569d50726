import Testing
import Torch

private func products(_ first: [Int], _ second: [Int]) -> [OperationCase] {
  (fractions + [.int64]).map { type in
    OperationCase("torch.matmul(a, b)", [Input(first, type), Input(second, type)]) {
      [try $0[0].matmul($0[1])]
    }
  }
}

private func activation(
  _ expression: String, _ operation: @escaping @Sendable (Tensor) throws -> Tensor
) -> [OperationCase] {
  fractions.flatMap { type in
    [[4, 5], [1], [0, 3]].map { shape in
      OperationCase(expression, [Input(shape, type)]) { [try operation($0[0])] }
    }
  }
}

private func inEachType(
  _ expression: String, _ shapes: [[Int]], _ rest: [Input] = [],
  _ operation: @escaping @Sendable ([Tensor]) throws -> Tensor
) -> [OperationCase] {
  fractions.map { type in
    OperationCase(expression, shapes.map { Input($0, type) } + rest) { [try operation($0)] }
  }
}

private let classes = Input([6], .int64, .listed([0, 2, 1, -100, 2, 0]))
private let ratios = Input([6, 3], .float32, .listed((0..<18).map { Double($0 % 5) / 4 }))

private func crossEntropies() -> [OperationCase] {
  let logits = Input([6, 3])
  let weight = Input([3], .float32, .listed([0.5, 2, 1]))
  return [
    OperationCase("F.cross_entropy(a, b)", [logits, classes]) { [try $0[0].crossEntropy($0[1])] },
    OperationCase("F.cross_entropy(a, b, reduction='none')", [logits, classes]) {
      [try $0[0].crossEntropy($0[1], reduction: .none)]
    },
    OperationCase(
      "F.cross_entropy(a, b, reduction='sum', ignore_index=2)",
      [
        logits, Input([6], .int64, .below(3)),
      ]
    ) { [try $0[0].crossEntropy($0[1], reduction: .sum, ignoring: 2)] },
    OperationCase("F.cross_entropy(a, b, label_smoothing=0.1)", [logits, classes]) {
      [try $0[0].crossEntropy($0[1], smoothing: 0.1)]
    },
    OperationCase(
      "F.cross_entropy(a, b, c.detach(), label_smoothing=0.2)", [logits, classes, weight]
    ) { [try $0[0].crossEntropy($0[1], weight: $0[2].detached(), smoothing: 0.2)] },
    OperationCase("F.cross_entropy(a, torch.softmax(b, -1))", [logits, Input([6, 3])]) {
      [try $0[0].crossEntropy($0[1].softmax())]
    },
  ]
}

private func otherLosses() -> [OperationCase] {
  [
    OperationCase("F.binary_cross_entropy_with_logits(a, b.detach())", [Input([6, 3]), ratios]) {
      [try $0[0].binaryCrossEntropy($0[1].detached())]
    },
    OperationCase(
      """
      F.binary_cross_entropy_with_logits(a, b.detach(), weight=c.detach(), pos_weight=d.detach(), \
      reduction='sum')
      """,
      [
        Input([6, 3]), ratios, Input([6, 1], .float32, .positive), Input([3], .float32, .positive),
      ]
    ) {
      [
        try $0[0].binaryCrossEntropy(
          $0[1].detached(), weight: $0[2].detached(), positiveWeight: $0[3].detached(),
          reduction: .sum)
      ]
    },
    OperationCase("F.mse_loss(a, b)", [Input([6]), Input([6])]) {
      [try $0[0].meanSquaredError($0[1])]
    },
    OperationCase("F.mse_loss(a, b, reduction='none')", [Input([6, 2]), Input([6, 2])]) {
      [try $0[0].meanSquaredError($0[1], reduction: .none)]
    },
  ]
}

private let battery = OperationBattery(
  cases: [
    products([2, 3], [3, 4]), products([3], [3]), products([2, 3], [3]),
    products([5, 2, 3], [3, 4]), products([5, 1, 2, 3], [2, 3, 1]), products([0, 3], [3, 4]),
    inEachType("F.linear(a, b, c)", [[2, 5, 3], [4, 3], [4]]) {
      try $0[0].linear(weight: $0[1], bias: $0[2])
    },
    inEachType("F.linear(a, b)", [[0, 3], [4, 3]]) { try $0[0].linear(weight: $0[1]) },
    activation("F.relu(a)") { try $0.relu() },
    activation("F.gelu(a)") { try $0.gelu() },
    activation("F.gelu(a, approximate='tanh')") { try $0.gelu(tanhForm: true) },
    activation("F.silu(a)") { try $0.silu() },
    activation("a.softmax(-1)") { try $0.softmax() },
    activation("a.softmax(0)") { try $0.softmax(along: 0) },
    activation("a.log_softmax(-1)") { try $0.logSoftmax() },
    inEachType("F.layer_norm(a, (8,), b, c, 1e-5)", [[3, 8], [8], [8]]) {
      try $0[0].layerNormalized(weight: $0[1], bias: $0[2], epsilon: 1e-5)
    },
    inEachType("F.layer_norm(a, (8,), b, None, 1e-12)", [[2, 3, 8], [8]]) {
      try $0[0].layerNormalized(weight: $0[1], epsilon: 1e-12)
    },
    inEachType("F.rms_norm(a, (8,), b, 1e-6)", [[3, 8], [8]]) {
      try $0[0].rmsNormalized(weight: $0[1], epsilon: 1e-6)
    },
    [DataType.int64, .int32].flatMap { type in
      inEachType("F.embedding(b, a)", [[7, 4]], [Input([2, 3], type, .below(7))]) {
        try $0[0].embedding(of: $0[1])
      }
    },
    crossEntropies(), otherLosses(),
  ].flatMap { $0 })

private let answers = Result { try battery.answers() }

@Suite struct NeuralTests {
  @Test(arguments: battery.cases.indices)
  func equalsPyTorch(_ index: Int) throws {
    try OperationBattery.check(battery.cases[index], against: answers.get()[index])
  }
}
