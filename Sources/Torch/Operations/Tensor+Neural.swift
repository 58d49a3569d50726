internal import CTorch

/// How a loss over many elements becomes one number.
public enum LossReduction: Int64, Sendable {
  /// It does not: one loss an element.
  case none = 0
  /// The mean.
  case mean = 1
  /// The sum.
  case sum = 2
}

extension Tensor {
  /// The matrix product, broadcast over leading dimensions.
  public func matmul(_ other: Tensor) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_matmul(handle, other.handle))
  }

  /// `self · weightᵀ + bias`: `[…, in]` to `[…, out]` by a weight `[out, in]` and a bias `[out]`.
  public func linear(weight: Tensor, bias: Tensor? = nil) throws(TorchError) -> Tensor {
    if let even = try linearWithEvenResults(weight: weight, bias: bias) { return even }
    return unsafe try Tensor(adopting: ct_linear(handle, weight.handle, bias?.handle))
  }

  /// max(x, 0).
  public func relu() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_relu(handle))
  }

  /// The Gaussian error linear unit, exact or by its tanh form (Hendrycks and Gimpel 2016,
  /// arXiv:1606.08415).
  public func gelu(tanhForm: Bool = false) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_gelu(handle, tanhForm))
  }

  /// x · sigmoid(x).
  public func silu() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_silu(handle))
  }

  /// eˣ / Σ eˣ along a dimension.
  public func softmax(along dimension: Int = -1) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_softmax(handle, Int64(dimension)))
  }

  /// log(eˣ / Σ eˣ) along a dimension.
  public func logSoftmax(along dimension: Int = -1) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_log_softmax(handle, Int64(dimension)))
  }

  /// Layer normalisation over the last dimension, with statistics in fp32.
  ///
  /// Ba et al. 2016, arXiv:1607.06450.
  public func layerNormalized(weight: Tensor, bias: Tensor? = nil, epsilon: Double)
    throws(TorchError) -> Tensor
  {
    unsafe try Tensor(adopting: ct_layer_norm(handle, weight.handle, bias?.handle, epsilon))
  }

  /// Root-mean-square normalisation over the last dimension (Zhang and Sennrich 2019,
  /// arXiv:1910.07467).
  public func rmsNormalized(weight: Tensor, epsilon: Double) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_rms_norm(handle, weight.handle, epsilon))
  }

  /// The rows of this table `[rows, width]` that `indices` (`int32` or `int64`) name: `[…, width]`.
  public func embedding(of indices: Tensor) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_embedding(handle, indices.handle))
  }

  /// Cross-entropy of logits `[n, classes]` against classes `[n]` (`int64`) or distributions
  /// `[n, classes]`.
  ///
  /// With class weights, `.mean` divides by the sum of the targets' weights, as PyTorch does. A
  /// target of `ignoring` counts for nothing. Smoothing mixes the target with the uniform
  /// distribution (Szegedy et al. 2016, arXiv:1512.00567).
  public func crossEntropy(
    _ target: Tensor, weight: Tensor? = nil, reduction: LossReduction = .mean,
    ignoring: Int = -100, smoothing: Double = 0
  ) throws(TorchError) -> Tensor {
    unsafe try Tensor(
      adopting: ct_cross_entropy(
        handle, target.handle, weight?.handle, reduction.rawValue, Int64(ignoring), smoothing))
  }

  /// Binary cross-entropy of logits against targets in 0…1 of the same shape.
  public func binaryCrossEntropy(
    _ target: Tensor, weight: Tensor? = nil, positiveWeight: Tensor? = nil,
    reduction: LossReduction = .mean
  ) throws(TorchError) -> Tensor {
    unsafe try Tensor(
      adopting: ct_binary_cross_entropy_with_logits(
        handle, target.handle, weight?.handle, positiveWeight?.handle, reduction.rawValue))
  }

  /// The squared difference from a target of the same shape.
  public func meanSquaredError(_ target: Tensor, reduction: LossReduction = .mean)
    throws(TorchError) -> Tensor
  {
    unsafe try Tensor(
      adopting: ct_mean_squared_error(handle, target.handle, reduction.rawValue))
  }
}
