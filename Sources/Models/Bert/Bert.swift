public import Layers
public import Torch

/// BERT's encoder over ragged batches: embeddings, layers, and the pooler that summarises a
/// sequence.
public struct Bert: TextEncoder {
  /// The sizes and options.
  public let configuration: BertConfiguration
  let embeddings: BertEmbeddings
  let layers: [BertLayer]
  let pooler: Linear
  let forward: ForwardState

  /// Makes the encoder at a scope, under Transformers' names of `BertModel`.
  public init(_ configuration: BertConfiguration, at scope: ModuleScope) throws {
    self.configuration = configuration
    embeddings = try BertEmbeddings(configuration, at: scope["embeddings"])
    layers = try (0..<configuration.layers).map {
      try BertLayer(configuration, at: scope["encoder"]["layer"][$0])
    }
    pooler = try Linear(
      configuration.hiddenSize, configuration.hiddenSize, deviation: configuration.initializerRange,
      at: scope["pooler"]["dense"])
    forward = scope.store.forwardState
  }

  /// Rows of the word table.
  public var vocabularySize: Int { configuration.vocabularySize }
  /// Tokens of the longest sequence that the position table allows.
  public var maximumLength: Int? { configuration.maximumLength }

  /// A batch of T tokens to the last layer's `[T, hidden]`.
  public func callAsFunction(_ batch: RaggedBatch) throws -> Tensor {
    try hidden(batch, only: nil)
  }

  /// `tanh(dense(first token))` of each sequence, `[N, hidden]`.
  ///
  /// The last layer computes nothing for the other tokens but what the first ones look at.
  public func summary(of batch: RaggedBatch) throws -> Tensor {
    try pooler(hidden(batch, only: batch.firstTokens())).hyperbolicTangent()
  }

  private func hidden(_ batch: RaggedBatch, only selection: TokenSelection?) throws -> Tensor {
    try batch.requireFitting(vocabulary: vocabularySize, positions: configuration.maximumLength)
    var hidden = try embeddings(batch)
    for (place, layer) in layers.enumerated() {
      let chosen = place == layers.count - 1 ? selection : nil
      hidden = try forward.layer(hidden) { try layer($0, batch: batch, only: chosen) }
    }
    guard let selection, layers.isEmpty else { return hidden }
    return try hidden.slices(selection.places)
  }

  /// `tanh(dense(first token))`: hidden states `[T, hidden]` to `[N, hidden]`.
  public func pooled(_ hidden: Tensor, batch: RaggedBatch) throws -> Tensor {
    try pooler(batch.firstTokens(of: hidden)).hyperbolicTangent()
  }
}
