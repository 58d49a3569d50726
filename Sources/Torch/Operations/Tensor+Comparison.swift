internal import CTorch

// Comparisons give tensors of `bool`.
extension Tensor {
  /// Whether elements are equal.
  public func isEqual(to other: Tensor) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_equal(handle, other.handle))
  }

  /// Whether elements equal a number.
  public func isEqual(to value: Double) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_equal_scalar(handle, value))
  }

  /// Whether elements are less than the other's.
  public func isLess(than other: Tensor) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_less(handle, other.handle))
  }

  /// Whether elements are greater than the other's.
  public func isGreater(than other: Tensor) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_greater(handle, other.handle))
  }

  /// Whether elements are greater than a number.
  public func isGreater(than value: Double) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_greater_scalar(handle, value))
  }

  /// Whether elements are neither infinite nor NaN.
  public func isFinite() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_is_finite(handle))
  }

  /// True where the element is false or zero.
  public func logicalNot() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_logical_not(handle))
  }

  /// True where both are.
  public func logicalAnd(_ other: Tensor) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_logical_and(handle, other.handle))
  }

  /// True where one or both are.
  public func logicalOr(_ other: Tensor) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_logical_or(handle, other.handle))
  }

  /// This `bool` tensor's choice between two tensors, element by element.
  public func choose(_ yes: Tensor, otherwise no: Tensor) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_where(handle, yes.handle, no.handle))
  }

  /// The elements, with `value` where the `bool` mask is true.
  public func filled(where mask: Tensor, with value: Double) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_masked_fill(handle, mask.handle, value))
  }

  /// Whether every element is true; rank 0.
  public func all() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_all(handle))
  }

  /// Whether some element is true; rank 0.
  public func any() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_any(handle))
  }
}
