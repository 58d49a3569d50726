public import Layers

/// BERT's encoder.
public typealias Bert = PostNormEncoder

extension PostNormEncoder {
  /// Makes the encoder at a scope, under Transformers' names of `BertModel`, which those of RoBERTa
  /// and ELECTRA are as well.
  ///
  /// Heads that read every token's vector have no pooler.
  public init(
    _ configuration: BertConfiguration, hasPooler: Bool = true, at scope: ModuleScope
  ) throws {
    let size = configuration.hiddenSize
    let deviation = configuration.initializerRange
    embeddings = try PostNormEmbeddings(configuration.tables, at: scope["embeddings"])
    projection =
      configuration.embeddingSize == size
      ? nil
      : try Linear(
        configuration.embeddingSize, size, deviation: deviation, at: scope["embeddings_project"])
    layers = try (0..<configuration.layers).map {
      try PostNormLayer(
        configuration.layerSizes, .bert, at: scope["encoder"]["layer"][$0])
    }
    pooler =
      hasPooler
      ? try Linear(size, size, deviation: deviation, at: scope["pooler"]["dense"]) : nil
    forward = scope.store.forwardState
    vocabularySize = configuration.vocabularySize
    positionLimit = configuration.maximumLength
    hiddenSize = size
  }
}

extension PostNormNames {
  /// Those of BERT.
  fileprivate static let bert = PostNormNames(
    attention: "attention.self", query: "attention.self.query", key: "attention.self.key",
    value: "attention.self.value", attentionOutput: "attention.output.dense",
    attentionNorm: "attention.output.LayerNorm", up: "intermediate.dense", down: "output.dense",
    outputNorm: "output.LayerNorm")
}

extension BertConfiguration {
  fileprivate var tables: PostNormTables {
    PostNormTables(
      vocabularySize: vocabularySize, positions: positions, segments: segmentTypes,
      width: embeddingSize, padding: paddingToken, countsFromPadding: countsFromPadding,
      dropout: hiddenDropout, layerNormEpsilon: layerNormEpsilon,
      initializerRange: initializerRange)
  }

  fileprivate var layerSizes: PostNormSizes {
    PostNormSizes(
      hiddenSize: hiddenSize, attentionHeads: attentionHeads, intermediateSize: intermediateSize,
      activation: activation, attentionDropout: attentionDropout, hiddenDropout: hiddenDropout,
      outputDropout: hiddenDropout, layerNormEpsilon: layerNormEpsilon,
      initializerRange: initializerRange)
  }
}
