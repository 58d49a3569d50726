public import Torch

/// A dense layer: `input · weightᵀ + bias`, and what an adapter makes of it.
public final class Linear {
  /// The scope at which the layer was made, such as `bert.encoder.layer.0.attention.self.query`:
  /// the name of its module in Transformers.
  public let name: String
  /// What the layer does in its model.
  public internal(set) var role: LinearRole
  /// Changes what the layer computes; nil for nothing.
  public var adapter: (any LinearAdapter)?
  /// `[output, input]`.
  public let weight: Parameter
  /// `[output]`, nil for a layer without.
  public let bias: Parameter?
  /// The product while nothing is learnt.
  let inference: InferenceProduct

  /// Makes the layer at a scope, as `weight` and `bias`.
  public init(
    _ inputSize: Int, _ outputSize: Int, hasBias: Bool = true, deviation: Double = 0.02,
    role: LinearRole = .other, at scope: ModuleScope
  ) throws {
    weight = try scope.parameter(
      "weight", shape: [outputSize, inputSize], .normal(deviation: deviation))
    bias = hasBias ? try scope.parameter("bias", shape: [outputSize], .zeros) : nil
    name = scope.path
    self.role = role
    inference = InferenceProduct([(weight, bias)])
    scope.store.modules.linears.append(self)
  }

  /// Joins parameters that were made elsewhere, such as a weight that two layers share.
  ///
  /// - Parameters:
  ///   - weight: `[output, input]`.
  ///   - bias: `[output]`, or nil.
  public init(weight: Parameter, bias: Parameter?) {
    name = weight.name.hasSuffix(".weight") ? String(weight.name.dropLast(7)) : weight.name
    role = .head
    self.weight = weight
    self.bias = bias
    inference = InferenceProduct([(weight, bias)])
  }

  /// `[…, input]` to `[…, output]`.
  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    if let update = try adapter?.update(of: self) {
      return try adapted(input, by: update, withBias: true)
    }
    return try plain(input, withBias: true)
  }

  /// `[…, input]` to `[…, output]` without ``effectiveBias()``, for an operation that adds it itself.
  public func product(_ input: Tensor) throws -> Tensor {
    if let update = try adapter?.update(of: self) {
      return try adapted(input, by: update, withBias: false)
    }
    return try plain(input, withBias: false)
  }

  /// The bias that belongs to ``product(_:)``, `[output]`; nil for none.
  public func effectiveBias() throws -> Tensor? {
    guard let update = try adapter?.update(of: self) else { return bias?.value }
    return try effectiveBias(update)
  }

  /// The product of the weights alone, with or without the layer's own bias.
  func plain(_ input: Tensor, withBias: Bool) throws -> Tensor {
    if let result = try inference(input, withBias: withBias) { return result }
    let bias = withBias ? bias?.value : nil
    guard case .plain(let tensor) = weight.weight else {
      return try denseProduct(input, [DenseOperand(weight.weight, bias: bias)])
    }
    return try input.linear(weight: tensor, bias: bias)
  }

  /// Keeps the layer's weights in few bits from now on; the bias stays as it is.
  ///
  /// The weights must be frozen. A head or a layer whose weights another layer shares stays as it is
  /// best: what shares them reads their numbers.
  ///
  /// - Throws: ``LayersError`` when the weights are trained, or quantised already.
  public func quantize(_ format: WeightFormat) throws { try weight.quantize(format) }
}
