internal import Torch

extension Linear {
  /// What the layer computes with an adapter, `[…, input]` to `[…, output]`.
  func adapted(_ input: Tensor, by update: LinearUpdate, withBias: Bool) throws -> Tensor {
    let bias = withBias ? try effectiveBias(update) : nil
    guard let scale = update.inputScale else {
      return try joinedProduct(input, [.init(self, update, bias: bias)], inference: inference)
    }
    // The terms read the input as it is: they are no part of the product of the scaled one.
    var result = try plain(input * scale, withBias: false)
    for term in update.terms { result = try result + term(input) }
    if let scale = update.outputScale { result = try result * scale }
    return try bias.map { try result + $0 } ?? result
  }

  /// The bias that belongs to the layer's product under a change, `[output]`; nil for none.
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
  /// The term as products take it, with the dropout's mask of this forward pass.
  var factors: LowRankFactors {
    LowRankFactors(down: down, up: up, scale: scale, dropout: dropout?.key ?? .none)
  }

  /// `[…, input]` to `[…, output]`.
  func callAsFunction(_ input: Tensor) throws -> Tensor {
    let dropped = try dropout?(input) ?? input
    return try dropped.linear(weight: down).linear(weight: up) * scale
  }
}

/// One of several layers of one input, with what an adapter makes of it.
struct AdaptedLayer {
  let weight: DenseWeight
  let bias: Tensor?
  let terms: [LowRankFactors]
  let outputScale: Tensor?

  /// - Parameters:
  ///   - layer: The layer.
  ///   - update: Its change, without a scale of the input; nil for none.
  ///   - bias: What is added in the end, nil for nothing.
  init(_ layer: Linear, _ update: LinearUpdate?, bias: Tensor?) {
    weight = layer.weight.weight
    self.bias = bias
    terms = update?.terms.map(\.factors) ?? []
    outputScale = update?.outputScale
  }

  /// The layer as products take it; without its bias where a scale stands between the two.
  func operand(withBias: Bool) -> DenseOperand {
    DenseOperand(weight, bias: withBias ? bias : nil, terms: terms)
  }
}

/// Layers of one input as one product: the terms are summed up with it, scales are one pass after.
func joinedProduct(
  _ input: Tensor, _ layers: [AdaptedLayer], inference: InferenceProduct
) throws -> Tensor {
  let isScaled = layers.contains { $0.outputScale != nil }
  let operands = layers.map { $0.operand(withBias: !isScaled) }
  let product = try inference(input, operands) ?? denseProduct(input, operands)
  guard isScaled else { return product }
  let type = product.dataType
  let scale = try joinedVector(layers.map { ($0.outputScale, $0.weight.shape[0]) }, type) {
    try .ones([$0])
  }
  let scaled = try product * scale
  guard layers.contains(where: { $0.bias != nil }) else { return scaled }
  return try scaled
    + joinedVector(layers.map { ($0.bias, $0.weight.shape[0]) }, type) { try .zeros([$0]) }
}

/// Vectors of several layers one after the other; `missing` makes those that are not there.
private func joinedVector(
  _ vectors: [(vector: Tensor?, count: Int)], _ type: DataType,
  missing: (Int) throws -> Tensor
) throws -> Tensor {
  if vectors.count == 1, let only = vectors[0].vector { return try only.to(type) }
  return try Tensor.concatenated(
    vectors.map { try ($0.vector ?? missing($0.count)).to(type) }, along: 0)
}
