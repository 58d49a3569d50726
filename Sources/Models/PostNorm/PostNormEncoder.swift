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
  /// Rows of the position table that tokens can have; nil for no limit.
  let positionLimit: Int?
  /// Tokens of the longest sequence that the position table allows, besides what a method puts before
  /// it.
  public var maximumLength: Int? { positionLimit.map { max($0 - leading.length, 0) } }
  /// Width of the residual stream.
  public let hiddenSize: Int

  /// A batch of T tokens to the last layer's `[T, hidden]`, or `[S, hidden]` of the chosen tokens.
  ///
  /// The last layer computes nothing for the other tokens but what the chosen ones look at.
  public func hidden(_ batch: RaggedBatch, only selection: TokenSelection?) throws -> Tensor {
    let led = try leading.reading(batch)
    if let positionLimit { try led.requireFitting(positions: positionLimit) }
    let selection = try led.selection(selection)
    var hidden = try embeddings(led)
    if let projection { hidden = try projection(hidden) }
    for (place, layer) in layers.enumerated() {
      let chosen = place == layers.count - 1 ? selection : nil
      hidden = try forward.layer(hidden) { try layer($0, batch: led.batch, only: chosen) }
    }
    guard let selection, layers.isEmpty else { return hidden }
    return try hidden.slices(selection.places)
  }

  /// What methods put before a text.
  private var leading: LeadingSlots {
    LeadingSlots(tokens: embeddings.tokens, attention: layers.first?.heads.slot)
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
