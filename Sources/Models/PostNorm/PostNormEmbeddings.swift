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
  /// The place before the words.
  let tokens: TokenSlot
  private let padding, positionPadding: Int?

  init(_ tables: PostNormTables, at scope: ModuleScope) throws {
    let (width, deviation) = (tables.width, tables.initializerRange)
    padding = tables.padding
    positionPadding = tables.countsFromPadding ? tables.padding : nil
    words = try Embedding(
      tables.vocabularySize, width, deviation: deviation, padding: padding,
      at: scope["word_embeddings"])
    tokens = scope["word_embeddings"].tokenSlot(width: width)
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
  func callAsFunction(_ led: LedBatch) throws -> Tensor {
    let batch = led.batch
    let places = try positionPadding.map { try led.positions(countingFrom: $0) }
    return try embeddingLayerNorm(
      words: wordLookup(led),
      positions: positions.lookup(places ?? batch.positions, padding: positionPadding),
      segments: segments.map { try $0.lookup(batch.segments, count: batch.tokenCount) },
      weight: norm.weight.value, bias: norm.bias.value, epsilon: norm.epsilon, dropout: dropout.key)
  }

  private func wordLookup(_ led: LedBatch) throws -> EmbeddingLookup {
    guard led.vectors != nil else { return try words.lookup(led.batch.tokens, padding: padding) }
    return try .rows(of: led.words(from: words))
  }
}

extension Embedding {
  /// Some of its rows: looked up by the operation that sums them, or already changed by an adapter.
  fileprivate func lookup(_ indices: Tensor, padding: Int? = nil) throws -> EmbeddingLookup {
    guard adapter != nil else {
      return EmbeddingLookup(table: weight.value, indices: indices, padding: padding)
    }
    return try .rows(of: self(indices))
  }

  /// The same where no indices stand for row 0 `count` times.
  fileprivate func lookup(_ indices: Tensor?, count: Int) throws -> EmbeddingLookup {
    if adapter == nil { return EmbeddingLookup(table: weight.value, indices: indices) }
    return try lookup(indices ?? Tensor.zeros([count], .int64, on: weight.value.device))
  }
}

extension EmbeddingLookup {
  /// One row a token, in their order.
  fileprivate static func rows(of table: Tensor) throws -> EmbeddingLookup {
    EmbeddingLookup(
      table: table, indices: try Tensor.range(to: Double(table.shape[0]), on: table.device))
  }
}

extension LedBatch {
  /// Positions as RoBERTa counts them, `[T]`: from `padding` + 1, where a token of padding that
  /// stands within a text has the position `padding` and is not counted.
  ///
  /// With virtual tokens all are counted: Transformers does not know the text's tokens then.
  func positions(countingFrom padding: Int) throws -> Tensor {
    guard vectors == nil else {
      return try batch.positions + Tensor([Int64(padding + 1)]).to(batch.positions.device)
    }
    var positions: [Int64] = []
    positions.reserveCapacity(batch.tokenCount)
    for sequence in batch.sequences {
      var last = Int64(padding + before)
      for token in sequence {
        let isPadding = Int(token) == padding
        if !isPadding { last += 1 }
        positions.append(isPadding ? Int64(padding) : last)
      }
    }
    return try Tensor(positions).to(batch.tokens.device)
  }
}
