internal import Torch

extension Linear {
  /// What the layer computes with an adapter, `[…, input]` to `[…, output]`.
  func adapted(_ input: Tensor, by update: LinearUpdate, withBias: Bool) throws -> Tensor {
    let scaled = try update.inputScale.map { try input * $0 } ?? input
    var result = try plain(scaled, withBias: false)
    for term in update.terms { result = try result + term(input) }
    if let scale = update.outputScale { result = try result * scale }
    if withBias, let bias = try effectiveBias(update) { result = try result + bias }
    return result
  }

  func effectiveBias(_ update: LinearUpdate) throws -> Tensor? {
    var own = bias?.value
    if update.scalesBias, let plain = own, let scale = update.outputScale {
      own = try plain * scale
    }
    guard let further = update.bias else { return own }
    return try own.map { try $0 + further } ?? further
  }
}

extension LowRankTerm {
  /// `[…, input]` to `[…, output]`.
  func callAsFunction(_ input: Tensor) throws -> Tensor {
    let dropped = try dropout?(input) ?? input
    return try dropped.linear(weight: down).linear(weight: up) * scale
  }
}
