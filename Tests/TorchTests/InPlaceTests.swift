import Testing
import Torch

/// Cases that change a copy of the first input; autograd is out of it.
private func inPlace(
  _ expression: String, _ inputs: [Input],
  _ operation: @escaping @Sendable ([Tensor]) throws -> Void
) -> [OperationCase] {
  [
    OperationCase("a.clone()." + expression, inputs, differentiates: false) {
      let copy = try $0[0].clone()
      try operation([copy] + $0.dropFirst())
      return [copy]
    }
  ]
}

private let battery = OperationBattery(
  cases: (fractions + [.int64]).flatMap { type in
    let (wide, narrow) = (Input([3, 4], type), Input([4], type))
    return [
      inPlace("copy_(b)", [wide, Input([4], .float32)]) { try $0[0].copy(from: $0[1]) },
      inPlace("copy_(b)", [wide, Input([3, 4], .bool)]) { try $0[0].copy(from: $0[1]) },
      inPlace("fill_(3)", [wide]) { try $0[0].fill(3) },
      inPlace("add_(b)", [wide, narrow]) { try $0[0].add($0[1]) },
      inPlace("add_(b, alpha=-2)", [wide, narrow]) { try $0[0].add($0[1], scale: -2) },
      inPlace("mul_(3)", [wide]) { try $0[0].multiply(by: 3) },
      inPlace("clamp_(-1, 1)", [wide]) { try $0[0].clamp(from: -1, to: 1) },
      inPlace(
        "index_copy_(0, b, c)",
        [
          wide, Input([2], .int64, .listed([2, 0])), Input([2, 4], type),
        ]
      ) { try $0[0].copy(from: $0[2], at: $0[1]) },
      inPlace(
        "index_add_(1, b, c)",
        [
          wide, Input([3], .int64, .listed([2, 0, 2])), Input([3, 3], type),
        ]
      ) { try $0[0].add($0[2], at: $0[1], along: 1) },
    ].flatMap { $0 }
  }
    + fractions.flatMap { type in
      let (wide, narrow) = (Input([3, 4], type), Input([4], type))
      return [
        inPlace("mul_(0.25)", [wide]) { try $0[0].multiply(by: 0.25) },
        inPlace("lerp_(b, 0.3)", [wide, wide]) { try $0[0].interpolate(towards: $0[1], by: 0.3) },
        inPlace("addcmul_(b, c, value=0.5)", [wide, narrow, narrow]) {
          try $0[0].addProduct($0[1], $0[2], scale: 0.5)
        },
        inPlace("addcdiv_(b, c, value=0.5)", [wide, narrow, Input([4], type, .positive)]) {
          try $0[0].addQuotient($0[1], $0[2], scale: 0.5)
        },
      ].flatMap { $0 }
    })

private let answers = Result { try battery.answers() }

@Suite struct InPlaceTests {
  @Test(arguments: battery.cases.indices)
  func equalsPyTorch(_ index: Int) throws {
    try OperationBattery.check(battery.cases[index], against: answers.get()[index])
  }

  @Test func everyHolderSeesTheChange() throws {
    let tensor = try Tensor.zeros([3])
    let view = try tensor.reshaped([3, 1])
    try tensor.add(try Tensor.ones([3]))
    #expect(try view.sum().item() == 3)
  }
}
