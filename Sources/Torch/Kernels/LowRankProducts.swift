internal import CTorch

/// A product of two thin matrices, `scale · up · down · dropout(input)`, that is added to the result
/// of a dense layer.
public struct LowRankFactors {
  /// `[rank, in]`.
  public let down: Tensor
  /// `[out, rank]`.
  public let up: Tensor
  /// Factor of the product.
  public let scale: Double
  /// Which elements of the input are removed, for this product alone.
  public let dropout: DropoutKey

  /// Names the parts.
  public init(down: Tensor, up: Tensor, scale: Double, dropout: DropoutKey = .none) {
    self.down = down
    self.up = up
    self.scale = scale
    self.dropout = dropout
  }
}

/// The weights of a dense layer, as they are kept.
public enum DenseWeight {
  /// Numbers, `[out, in]`.
  case plain(Tensor)
  /// Few bits, without a gradient.
  case quantized(QuantizedWeight)

  /// `[out, in]`.
  public var shape: [Int] {
    switch self {
    case .plain(let tensor): tensor.shape
    case .quantized(let weight): weight.shape
    }
  }

  var plain: Tensor? { if case .plain(let tensor) = self { tensor } else { nil } }
  var quantized: QuantizedWeight? { if case .quantized(let weight) = self { weight } else { nil } }
}

/// One dense layer as products take it: weights, bias, and what low-rank methods add.
public struct DenseOperand {
  /// `[out, in]`.
  public let weight: DenseWeight
  /// `[out]`, nil for none.
  public let bias: Tensor?
  /// What is added to the product.
  public let terms: [LowRankFactors]

  /// Names the parts.
  public init(_ weight: DenseWeight, bias: Tensor? = nil, terms: [LowRankFactors] = []) {
    self.weight = weight
    self.bias = bias
    self.terms = terms
  }

  /// Names the parts, of weights that are numbers.
  public init(weight: Tensor, bias: Tensor? = nil, terms: [LowRankFactors] = []) {
    self.init(.plain(weight), bias: bias, terms: terms)
  }
}

/// The results of dense layers of one input side by side, with their low-rank terms.
///
/// The weights are one product, and so are all thin matrices next to the input; what they give is a
/// few columns more of the sums of the large product, so that no result is read again. Nothing is
/// computed or kept for tensors that need no gradient.
///
/// - Parameters:
///   - input: `[…, in]`.
///   - layers: The layers.
/// - Returns: `[…, Σ outᵢ]`.
/// - Throws: ``TorchError`` when shapes or element types do not fit.
public func denseProduct(_ input: Tensor, _ layers: [DenseOperand]) throws -> Tensor {
  try unsafe withHandles(layers) { layers in
    try unsafe Tensor(adopting: ct_dense_product(input.handle, layers))
  }
}

/// `down(activation(up(input)))`: the two layers of a feed-forward block, with low-rank terms.
///
/// - Parameters:
///   - input: `[…, in]`.
///   - up: Into the middle.
///   - down: Back from it.
///   - activation: What is between them.
/// - Returns: `[…, out]`.
/// - Throws: ``TorchError`` when shapes or element types do not fit.
public func feedForward(
  _ input: Tensor, up: DenseOperand, down: DenseOperand, activation: DenseEpilogue
) throws -> Tensor {
  try unsafe withHandles([up]) { up in
    try unsafe withHandles([down]) { down in
      try unsafe Tensor(
        adopting: ct_dense_feed_forward(input.handle, up, activation.cValue, down))
    }
  }
}

extension LaidOutWeights {
  /// `epilogue(input · weightsᵀ + terms + bias)`, without a record for gradients.
  ///
  /// - Parameters:
  ///   - input: `[…, in]` of the weights' element type.
  ///   - layers: The weights that were laid out, with the terms; their biases are not read.
  ///   - bias: `[Σ outᵢ]`, or nil.
  ///   - epilogue: What the sums go through.
  /// - Returns: `[…, Σ outᵢ]`.
  /// - Throws: ``TorchError`` when shapes or element types do not fit.
  public func callAsFunction(
    _ input: Tensor, _ layers: [DenseOperand], bias: Tensor?, epilogue: DenseEpilogue = .none
  ) throws -> Tensor {
    try unsafe withHandles(layers) { layers in
      try unsafe Tensor(
        adopting: ct_laid_out_dense(
          input.handle, panels.handle, layers, bias?.handle, epilogue.cValue))
    }
  }
}

/// Calls `body` with the handles of layers, which are good during the call.
private func withHandles<Result>(
  _ layers: [DenseOperand], _ body: (ct_dense_layers) throws -> Result
) throws -> Result {
  let weights = unsafe layers.map { unsafe $0.weight.plain?.handle }
  let quantized = unsafe layers.map { unsafe $0.weight.quantized?.handle }
  let biases = unsafe layers.map { unsafe $0.bias?.handle }
  let terms = unsafe layers.enumerated().flatMap { index, layer in
    unsafe layer.terms.map { term in
      unsafe ct_low_rank_term(
        down: term.down.handle, up: term.up.handle, layer: index, scale: term.scale,
        dropout: term.dropout.cValue)
    }
  }
  return try withExtendedLifetime(layers) {
    try unsafe weights.withUnsafeBufferPointer { weights in
      try unsafe quantized.withUnsafeBufferPointer { quantized in
        try unsafe biases.withUnsafeBufferPointer { biases in
          try unsafe terms.withUnsafeBufferPointer { terms in
            try unsafe body(
              ct_dense_layers(
                weights: weights.baseAddress, quantized: quantized.baseAddress,
                biases: biases.baseAddress, count: layers.count, terms: terms.baseAddress,
                term_count: terms.count))
          }
        }
      }
    }
  }
}
