import Layers

extension PostNormEncoder {
  /// Makes ALBERT's encoder at a scope, under Transformers' names of `AlbertModel`: narrow
  /// embeddings, and groups of layers that are applied again and again.
  init(
    albert configuration: AlbertConfiguration, hasPooler: Bool = true, at scope: ModuleScope
  ) throws {
    let size = configuration.hiddenSize
    let deviation = configuration.initializerRange
    embeddings = try PostNormEmbeddings(configuration.tables, at: scope["embeddings"])
    projection = try Linear(
      configuration.embeddingSize, size, deviation: deviation,
      at: scope["encoder"]["embedding_hidden_mapping_in"])
    layers = try Self.layers(configuration, at: scope["encoder"]["albert_layer_groups"])
    pooler = hasPooler ? try Linear(size, size, deviation: deviation, at: scope["pooler"]) : nil
    forward = scope.store.forwardState
    vocabularySize = configuration.vocabularySize
    positionLimit = configuration.maximumLength
    hiddenSize = size
  }

  /// The layers in the order in which they are applied: the first of `layers / groups` places take
  /// the first group, and so on.
  private static func layers(
    _ configuration: AlbertConfiguration, at scope: ModuleScope
  ) throws -> [PostNormLayer] {
    let sizes = configuration.layerSizes
    let groups = try (0..<configuration.groups).map { group in
      try (0..<configuration.innerLayers).map {
        let inner = scope[group]["albert_layers"][$0]
        return (weights: try PostNormWeights(sizes, .albert, at: inner), scope: inner)
      }
    }
    let placesOfGroup = Double(configuration.layers) / Double(configuration.groups)
    return try (0..<configuration.layers).flatMap { place in
      try groups[Int(Double(place) / placesOfGroup)].map {
        // Each place looks by itself, so a prefix belongs to a place; weights and what follows a
        // part belong to all places of a layer.
        try PostNormLayer(
          $0.weights, sizes, attention: $0.scope[PostNormNames.albert.attention], at: scope)
      }
    }
  }
}

extension PostNormNames {
  /// Those of ALBERT.
  fileprivate static let albert = PostNormNames(
    attention: "attention", query: "attention.query", key: "attention.key",
    value: "attention.value",
    attentionOutput: "attention.dense", attentionNorm: "attention.LayerNorm", up: "ffn",
    down: "ffn_output", outputNorm: "full_layer_layer_norm")
}

extension AlbertConfiguration {
  fileprivate var tables: PostNormTables {
    PostNormTables(
      vocabularySize: vocabularySize, positions: maximumLength, segments: segmentTypes,
      width: embeddingSize, padding: paddingToken, dropout: hiddenDropout,
      layerNormEpsilon: layerNormEpsilon, initializerRange: initializerRange)
  }

  fileprivate var layerSizes: PostNormSizes {
    PostNormSizes(
      hiddenSize: hiddenSize, attentionHeads: attentionHeads, intermediateSize: intermediateSize,
      activation: activation, attentionDropout: attentionDropout, hiddenDropout: hiddenDropout,
      // Transformers' code makes a dropout for this place and does not apply it.
      outputDropout: 0, layerNormEpsilon: layerNormEpsilon, initializerRange: initializerRange)
  }
}
