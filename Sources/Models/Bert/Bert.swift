public import Layers
public import Torch

/// BERT's encoder over ragged batches: embeddings, layers, and the pooler that summarises a
/// sequence.
public struct Bert: TextEncoder {
  /// The sizes and options.
  public let configuration: BertConfiguration
  let embeddings: BertEmbeddings
  let layers: [BertLayer]
  let pooler: Linear?
  let forward: ForwardState

  /// Makes the encoder at a scope, under Transformers' names of `BertModel`.
  ///
  /// Heads that read every token's vector have no pooler.
  public init(
    _ configuration: BertConfiguration, hasPooler: Bool = true, at scope: ModuleScope
  ) throws {
    self.configuration = configuration
    embeddings = try BertEmbeddings(configuration, at: scope["embeddings"])
    layers = try (0..<configuration.layers).map {
      try BertLayer(configuration, at: scope["encoder"]["layer"][$0])
    }
    pooler =
      hasPooler
      ? try Linear(
        configuration.hiddenSize, configuration.hiddenSize,
        deviation: configuration.initializerRange, at: scope["pooler"]["dense"])
      : nil
    forward = scope.store.forwardState
  }

  /// Rows of the word table.
  public var vocabularySize: Int { configuration.vocabularySize }
  /// Tokens of the longest sequence that the position table allows.
  public var maximumLength: Int? { configuration.maximumLength }
  /// Width of the residual stream.
  public var hiddenSize: Int { configuration.hiddenSize }

  /// A batch of T tokens to the last layer's `[T, hidden]`, or `[S, hidden]` of the chosen tokens.
  ///
  /// The last layer computes nothing for the other tokens but what the chosen ones look at.
  public func hidden(_ batch: RaggedBatch, only selection: TokenSelection?) throws -> Tensor {
    try batch.requireFitting(positions: configuration.maximumLength)
    var hidden = try embeddings(batch)
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
