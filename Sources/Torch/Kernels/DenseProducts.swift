internal import CTorch

/// What the result of a dense layer goes through before it is stored.
public enum DenseEpilogue: Sendable {
  /// Nothing.
  case none
  /// The Gaussian error linear unit, in one of its forms.
  case gelu(GELUForm)

  var cValue: ct_epilogue {
    switch self {
    case .none: CT_EPILOGUE_NONE
    case .gelu(.exact): CT_EPILOGUE_GELU
    case .gelu(.tanh): CT_EPILOGUE_GELU_TANH
    }
  }
}

/// The results of several dense layers of one input side by side, as one product.
///
/// A larger product runs nearer to the processor's limit, and the gradient of the input is one
/// product as well.
///
/// - Parameters:
///   - input: `[…, in]`.
///   - weights: `[outᵢ, in]` of each layer.
///   - biases: `[outᵢ]` of each layer, nil for a layer without.
/// - Returns: `[…, Σ outᵢ]`.
/// - Throws: ``TorchError`` when shapes or element types do not fit.
public func joinedLinear(_ input: Tensor, weights: [Tensor], biases: [Tensor?]) throws -> Tensor {
  guard weights.count == biases.count else {
    throw TorchError(
      .operation, "joinedLinear: \(weights.count) weights and \(biases.count) biases")
  }
  let weightHandles = unsafe weights.map { unsafe Optional($0.handle) }
  let biasHandles = unsafe biases.map { unsafe $0?.handle }
  return try withExtendedLifetime((weights, biases)) {
    try unsafe Tensor(
      adopting: ct_joined_linear(input.handle, weightHandles, biasHandles, weightHandles.count))
  }
}

/// `activation(input · upᵀ + bias) · downᵀ`: the two products of a feed-forward block.
///
/// Bias and activation are computed as the first product's results leave the registers; of the
/// middle only the activation and its derivative are kept for the backward pass.
///
/// - Parameters:
///   - input: `[…, in]`.
///   - up: `[middle, in]`.
///   - bias: `[middle]`, or nil.
///   - down: `[out, middle]`.
///   - activation: What is between the products.
/// - Returns: `[…, out]`.
/// - Throws: ``TorchError`` when shapes or element types do not fit.
public func feedForward(
  _ input: Tensor, up: Tensor, bias: Tensor?, down: Tensor, activation: DenseEpilogue
) throws -> Tensor {
  try unsafe Tensor(
    adopting: ct_feed_forward(
      input.handle, up.handle, bias?.handle, down.handle, activation.cValue))
}

/// Weights of dense layers of one input, laid out once for many products without gradients.
public struct LaidOutWeights {
  let panels: Tensor
  private let columns: Int

  /// Lays out weights `[outᵢ, in]`; nil where this processor or these sizes have no kernel that
  /// would gain from it.
  ///
  /// The result is a copy: it does not follow when the weights change.
  ///
  /// - Throws: ``TorchError`` when the shapes do not fit each other or memory runs out.
  public init?(_ weights: [Tensor]) throws {
    let handles = unsafe weights.map { unsafe Optional($0.handle) }
    var result: OpaquePointer?
    let succeeded = withExtendedLifetime(weights) {
      unsafe ct_lay_out_weights(handles, handles.count, &result)
    }
    try check(succeeded)
    guard let laidOut = unsafe result else { return nil }
    panels = try unsafe Tensor(adopting: laidOut)
    columns = weights.reduce(0) { $0 + $1.shape[0] }
  }

  /// `epilogue(input · weightsᵀ + bias)`, without a record for gradients.
  ///
  /// - Parameters:
  ///   - input: `[…, in]` of the weights' element type.
  ///   - bias: `[Σ outᵢ]`, or nil.
  ///   - epilogue: What the sums go through.
  /// - Returns: `[…, Σ outᵢ]`.
  /// - Throws: ``TorchError`` when shapes or element types do not fit.
  public func callAsFunction(
    _ input: Tensor, bias: Tensor? = nil, epilogue: DenseEpilogue = .none
  ) throws -> Tensor {
    try unsafe Tensor(
      adopting: ct_laid_out_linear(
        input.handle, panels.handle, Int64(columns), bias?.handle, epilogue.cValue))
  }
}
