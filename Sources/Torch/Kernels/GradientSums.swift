internal import CTorch

/// The sum of squares over all gradients, in float64: the square of their global norm.
///
/// It depends neither on the number of threads nor on whether a gradient holds all rows; it is not
/// finite exactly when a gradient holds NaN or infinity.
///
/// - Throws: ``TorchError`` when a tensor is not of a floating type.
public func sumOfSquares(_ gradients: [Tensor]) throws -> Double {
  var result = 0.0
  let handles = unsafe gradients.map { unsafe Optional($0.handle) }
  // The tensors must outlive the call: the handles alone do not keep them.
  try withExtendedLifetime(gradients) {
    try unsafe check(ct_sum_of_squares(handles, handles.count, &result))
  }
  return result
}

extension Tensor {
  /// Adds a gradient of any floating type, times a factor, to this float32 tensor, in place.
  ///
  /// A tensor that holds some rows takes only gradients that do, and comes to hold the rows of both.
  ///
  /// - Throws: ``TorchError`` when shapes or element types do not fit.
  public func accumulate(_ gradient: Tensor, scale: Double = 1) throws {
    try unsafe check(ct_accumulate(handle, gradient.handle, scale))
  }

  /// Overwrites this tensor with another of its shape, rounding to this one's element type.
  ///
  /// - Throws: ``TorchError`` when shapes or element types do not fit.
  public func castCopy(from source: Tensor) throws {
    try unsafe check(ct_cast_copy(handle, source.handle))
  }
}
