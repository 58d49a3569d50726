internal import CTorch

// Views share memory with their source wherever strides allow.
extension Tensor {
  /// The same elements in another shape; one size may be -1 and is worked out.
  public func reshaped(_ shape: [Int]) throws(TorchError) -> Tensor {
    let sizes = shape.map(Int64.init)
    return unsafe try Tensor(adopting: ct_reshape(handle, sizes, sizes.count))
  }

  /// Dimensions of size 1 repeated without copying; -1 keeps a size.
  public func expanded(_ shape: [Int]) throws(TorchError) -> Tensor {
    let sizes = shape.map(Int64.init)
    return unsafe try Tensor(adopting: ct_expand(handle, sizes, sizes.count))
  }

  /// A view of this tensor's memory with strides of its own, counted in elements from the memory's
  /// start.
  ///
  /// - Throws: ``TorchError`` when the view reaches beyond the memory, or the counts of sizes and
  ///   strides differ.
  public func strided(_ shape: [Int], strides: [Int], from offset: Int = 0)
    throws(TorchError) -> Tensor
  {
    guard shape.count == strides.count else {
      throw TorchError(.operation, "strided: \(shape.count) sizes have \(strides.count) strides.")
    }
    let sizes = shape.map(Int64.init)
    let steps = strides.map(Int64.init)
    return unsafe try Tensor(
      adopting: ct_as_strided(handle, sizes, steps, sizes.count, Int64(offset)))
  }

  /// The dimensions in another order.
  public func permuted(_ order: [Int]) throws(TorchError) -> Tensor {
    let order = order.map(Int64.init)
    return unsafe try Tensor(adopting: ct_permute(handle, order, order.count))
  }

  /// Two dimensions exchanged.
  public func transposed(_ first: Int = -2, _ second: Int = -1) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_transpose(handle, Int64(first), Int64(second)))
  }

  /// A dimension of size 1 put in.
  public func unsqueezed(_ dimension: Int) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_unsqueeze(handle, Int64(dimension)))
  }

  /// A dimension of size 1 taken out.
  public func squeezed(_ dimension: Int) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_squeeze(handle, Int64(dimension)))
  }

  /// The dimensions from `first` to `last` made one.
  public func flattened(from first: Int = 0, to last: Int = -1) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_flatten(handle, Int64(first), Int64(last)))
  }

  /// `length` slices from `start` along a dimension.
  public func narrowed(_ dimension: Int, from start: Int, count length: Int)
    throws(TorchError) -> Tensor
  {
    unsafe try Tensor(adopting: ct_narrow(handle, Int64(dimension), Int64(start), Int64(length)))
  }

  /// One slice along a dimension, which goes.
  public func select(_ dimension: Int, _ index: Int) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_select(handle, Int64(dimension), Int64(index)))
  }

  /// The slices that `index` (`int32` or `int64`, rank 1) names along a dimension, in its order.
  public func slices(_ index: Tensor, along dimension: Int = 0) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_index_select(handle, Int64(dimension), index.handle))
  }

  /// The elements that `index` (`int64`, same rank) names along a dimension.
  public func gathered(_ index: Tensor, along dimension: Int) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_gather(handle, Int64(dimension), index.handle))
  }

  /// The elements on and above a diagonal of the last two dimensions, zero elsewhere.
  public func upperTriangle(diagonal: Int = 0) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_triu(handle, Int64(diagonal)))
  }

  /// The elements on and below a diagonal of the last two dimensions, zero elsewhere.
  public func lowerTriangle(diagonal: Int = 0) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_tril(handle, Int64(diagonal)))
  }

  /// The slices of a dimension in opposite order.
  public func reversed(along dimension: Int) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_flip(handle, Int64(dimension)))
  }

  /// Each slice repeated as often as `repeats` (`int64`, rank 1) says.
  public func repeated(_ repeats: Tensor, along dimension: Int = 0) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_repeat_interleave(handle, repeats.handle, Int64(dimension)))
  }

  /// Tensors joined end to end along a dimension they have.
  public static func concatenated(_ tensors: [Tensor], along dimension: Int = 0)
    throws(TorchError) -> Tensor
  {
    let handles = unsafe tensors.map { unsafe Optional($0.handle) }
    let joined = unsafe withExtendedLifetime(tensors) {
      unsafe ct_concatenate(handles, handles.count, Int64(dimension))
    }
    return unsafe try Tensor(adopting: joined)
  }

  /// Tensors of one shape joined along a new dimension.
  public static func stacked(_ tensors: [Tensor], along dimension: Int = 0)
    throws(TorchError) -> Tensor
  {
    let handles = unsafe tensors.map { unsafe Optional($0.handle) }
    let joined = unsafe withExtendedLifetime(tensors) {
      unsafe ct_stack(handles, handles.count, Int64(dimension))
    }
    return unsafe try Tensor(adopting: joined)
  }
}
