internal import CTorch

// No dimensions means all of them.
extension Tensor {
  /// The sum along dimensions.
  public func sum(_ dimensions: [Int] = [], keepsDimensions: Bool = false)
    throws(TorchError) -> Tensor
  {
    let along = dimensions.map(Int64.init)
    return unsafe try Tensor(adopting: ct_sum(handle, along, along.count, keepsDimensions))
  }

  /// The mean along dimensions.
  public func mean(_ dimensions: [Int] = [], keepsDimensions: Bool = false)
    throws(TorchError) -> Tensor
  {
    let along = dimensions.map(Int64.init)
    return unsafe try Tensor(adopting: ct_mean(handle, along, along.count, keepsDimensions))
  }

  /// The variance along dimensions; `correction` 1 divides by one less than the count.
  public func variance(
    _ dimensions: [Int] = [], correction: Double = 1, keepsDimensions: Bool = false
  ) throws(TorchError) -> Tensor {
    let along = dimensions.map(Int64.init)
    return unsafe try Tensor(
      adopting: ct_variance(handle, along, along.count, correction, keepsDimensions))
  }

  /// The largest element; rank 0.
  public func maximum() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_max_all(handle))
  }

  /// The smallest element; rank 0.
  public func minimum() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_min_all(handle))
  }

  /// The largest elements along a dimension.
  public func maximum(along dimension: Int, keepsDimension: Bool = false)
    throws(TorchError) -> Tensor
  {
    unsafe try Tensor(adopting: ct_amax(handle, Int64(dimension), keepsDimension))
  }

  /// The smallest elements along a dimension.
  public func minimum(along dimension: Int, keepsDimension: Bool = false)
    throws(TorchError) -> Tensor
  {
    unsafe try Tensor(adopting: ct_amin(handle, Int64(dimension), keepsDimension))
  }

  /// Where the largest element along a dimension is, `int64`; the first of equals.
  public func indexOfMaximum(along dimension: Int, keepsDimension: Bool = false)
    throws(TorchError) -> Tensor
  {
    unsafe try Tensor(adopting: ct_argmax(handle, Int64(dimension), keepsDimension))
  }

  /// The p-norm of all elements; rank 0.
  public func norm(_ p: Double = 2) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_norm(handle, p))
  }

  /// log Σ eˣ along a dimension, without overflow.
  public func logSumExp(along dimension: Int, keepsDimension: Bool = false)
    throws(TorchError) -> Tensor
  {
    unsafe try Tensor(adopting: ct_logsumexp(handle, Int64(dimension), keepsDimension))
  }

  /// Running sums along a dimension.
  public func cumulativeSum(along dimension: Int) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_cumsum(handle, Int64(dimension)))
  }

  /// The largest elements along a dimension, in falling order, and where they are (`int64`).
  public func largest(_ count: Int, along dimension: Int = -1)
    throws(TorchError) -> (values: Tensor, indices: Tensor)
  {
    var values: OpaquePointer?
    var indices: OpaquePointer?
    try check(unsafe ct_topk(handle, Int64(count), Int64(dimension), &values, &indices))
    return unsafe (try Tensor(adopting: values), try Tensor(adopting: indices))
  }

  /// The elements in order along a dimension, equal ones as they came, and where they were
  /// (`int64`).
  public func sorted(along dimension: Int = -1, descending: Bool = false)
    throws(TorchError) -> (values: Tensor, indices: Tensor)
  {
    var values: OpaquePointer?
    var indices: OpaquePointer?
    try check(unsafe ct_sort(handle, Int64(dimension), descending, &values, &indices))
    return unsafe (try Tensor(adopting: values), try Tensor(adopting: indices))
  }
}
