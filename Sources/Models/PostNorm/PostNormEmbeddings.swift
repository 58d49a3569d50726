import Layers
import Torch

/// The sizes and options of the tables below the layers.
struct PostNormTables {
  let vocabularySize: Int
  /// Rows of the position table.
  let positions: Int
  /// Rows of the token-type table; nil for a model without.
  let segments: Int?
  let width: Int
  /// The word that stands for padding: its row has no gradient and starts as zeros.
  let padding: Int?
  /// Whether positions count from ``padding`` + 1, as RoBERTa's do.
  var countsFromPadding = false
  /// Whether positions that no checkpoint holds are sines and cosines.
  var hasSinusoids = false
  let dropout, layerNormEpsilon, initializerRange: Double
}

/// Word, position and token-type vectors summed, normalised and dropped out.
struct PostNormEmbeddings {
  let words, positions: Embedding
  let segments: Embedding?
  let norm: LayerNorm
  let dropout: Dropout
  private let padding, positionPadding: Int?

  init(_ tables: PostNormTables, at scope: ModuleScope) throws {
    let (width, deviation) = (tables.width, tables.initializerRange)
    padding = tables.padding
    positionPadding = tables.countsFromPadding ? tables.padding : nil
    words = try Embedding(
      tables.vocabularySize, width, deviation: deviation, padding: padding,
      at: scope["word_embeddings"])
    let positionScope = scope["position_embeddings"]
    positions =
      tables.hasSinusoids
      ? try Embedding(tables.positions, width, .sinusoids, at: positionScope)
      : try Embedding(
        tables.positions, width, deviation: deviation, padding: positionPadding, at: positionScope)
    segments = try tables.segments.map {
      try Embedding($0, width, deviation: deviation, at: scope["token_type_embeddings"])
    }
    norm = try LayerNorm(width, epsilon: tables.layerNormEpsilon, at: scope["LayerNorm"])
    dropout = scope.dropout(tables.dropout)
  }

  /// A batch of T tokens to `[T, width]`.
  func callAsFunction(_ batch: RaggedBatch) throws -> Tensor {
    let places = try positionPadding.map { try batch.positions(countingFrom: $0) }
    return try embeddingLayerNorm(
      words: EmbeddingLookup(table: words.weight.value, indices: batch.tokens, padding: padding),
      positions: EmbeddingLookup(
        table: positions.weight.value, indices: places ?? batch.positions,
        padding: positionPadding),
      segments: segments.map { EmbeddingLookup(table: $0.weight.value, indices: batch.segments) },
      weight: norm.weight.value, bias: norm.bias.value, epsilon: norm.epsilon, dropout: dropout.key)
  }
}

extension RaggedBatch {
  /// Positions as RoBERTa counts them, `[T]`: from `padding` + 1, where a token of padding that
  /// stands within a text has the position `padding` and is not counted.
  func positions(countingFrom padding: Int) throws -> Tensor {
    var positions: [Int64] = []
    positions.reserveCapacity(tokenCount)
    for sequence in sequences {
      var last = Int64(padding)
      for token in sequence {
        let isPadding = Int(token) == padding
        if !isPadding { last += 1 }
        positions.append(isPadding ? Int64(padding) : last)
      }
    }
    return try Tensor(positions).to(tokens.device)
  }
}
