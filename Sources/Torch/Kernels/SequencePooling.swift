internal import CTorch

/// How the vectors of a sequence's tokens become one.
public enum SequencePooling: Sendable, Hashable {
  /// Their mean.
  case mean
  /// The largest of each column; its gradient goes to the first token that has it.
  case maximum

  var code: ct_pooling {
    switch self {
    case .mean: ct_pooling_mean
    case .maximum: ct_pooling_maximum
    }
  }
}

extension Tensor {
  /// One vector for each of the sequences whose tokens these vectors are.
  ///
  /// - Parameters:
  ///   - pooling: How vectors of tokens become one.
  ///   - boundaries: Where sequences begin, and the end of the last: `[N + 1]`, int32, on the CPU.
  /// - Returns: `[T, width]` made `[N, width]`, in float32 whatever the element type is (float64
  ///   stays so).
  /// - Throws: ``TorchError`` when the boundaries do not ascend from 0 to T.
  public func pooled(_ pooling: SequencePooling, boundaries: Tensor) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_pool_sequences(handle, boundaries.handle, pooling.code))
  }
}
