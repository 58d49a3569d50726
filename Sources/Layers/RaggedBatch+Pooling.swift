public import Torch

extension RaggedBatch {
  /// One vector for each sequence: hidden states `[T, width]` made `[N, width]`, float32.
  ///
  /// - Throws: `TorchError` when the hidden states are not those of the batch's tokens.
  public func pooled(_ hidden: Tensor, _ pooling: SequencePooling) throws -> Tensor {
    try hidden.pooled(pooling, boundaries: boundaries)
  }
}
