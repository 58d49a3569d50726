public import Layers
public import Torch

/// The encoder of BERT and its like over ragged batches: embeddings, layers that normalise after
/// each sum, and in some families a pooler that summarises a sequence.
///
/// Families differ in names, in where sizes change and in how often weights are used; they put it
/// together in their own files.
public struct PostNormEncoder: TextEncoder {
  let embeddings: PostNormEmbeddings
  /// From the embeddings' width to the hidden size, where they differ.
  let projection: Linear?
  let layers: [PostNormLayer]
  let pooler: Linear?
  let forward: ForwardState

  /// Rows of the word table.
  public let vocabularySize: Int
  /// Tokens of the longest sequence that the position table allows.
  public let maximumLength: Int?
  /// Width of the residual stream.
  public let hiddenSize: Int

  /// A batch of T tokens to the last layer's `[T, hidden]`, or `[S, hidden]` of the chosen tokens.
  ///
  /// The last layer computes nothing for the other tokens but what the chosen ones look at.
  public func hidden(_ batch: RaggedBatch, only selection: TokenSelection?) throws -> Tensor {
    if let maximumLength { try batch.requireFitting(positions: maximumLength) }
    var hidden = try embeddings(batch)
    if let projection { hidden = try projection(hidden) }
    for (place, layer) in layers.enumerated() {
      let chosen = place == layers.count - 1 ? selection : nil
      hidden = try forward.layer(hidden) { try layer($0, batch: batch, only: chosen) }
    }
    guard let selection, layers.isEmpty else { return hidden }
    return try hidden.slices(selection.places)
  }

  /// `tanh(dense(first token))` of each sequence, `[N, hidden]`; without a pooler its vector itself.
  func summary(of batch: RaggedBatch) throws -> Tensor {
    try pooled(first: hidden(batch, only: batch.firstTokens()))
  }

  /// `tanh(dense(first token))`: hidden states `[T, hidden]` to `[N, hidden]`; nil without a pooler.
  public func pooled(_ hidden: Tensor, batch: RaggedBatch) throws -> Tensor? {
    pooler == nil ? nil : try pooled(first: batch.firstTokens(of: hidden))
  }

  private func pooled(first: Tensor) throws -> Tensor {
    try pooler?(first).hyperbolicTangent() ?? first
  }
}
