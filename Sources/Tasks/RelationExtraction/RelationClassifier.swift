public import Layers
public import Models
public import Torch

/// An encoder with dropout and a dense layer over the vectors of two entities.
public struct RelationClassifier: TextModel {
  /// What turns tokens into vectors.
  public let encoder: any TextEncoder
  /// Which vectors are read.
  public let pooling: RelationExtractionSettings.Pooling
  /// The dense layer, from both entities' vectors one after the other.
  public let output: Linear
  let dropout: Dropout

  /// Makes the head beside an encoder, as `relation.classifier`.
  init(
    _ encoder: any TextEncoder, _ pooling: RelationExtractionSettings.Pooling,
    _ file: ConfigurationFile, labels: Int, at scope: ModuleScope
  ) throws {
    self.encoder = encoder
    self.pooling = pooling
    let width = encoder.hiddenSize * (pooling == .firstToken ? 1 : 2)
    let deviation = try file.number("initializer_range", default: 0.02, in: 0...10)
    dropout = scope.dropout(try file.headDropout())
    output = try Linear(width, labels, deviation: deviation, at: scope["relation"]["classifier"])
  }

  /// Rows of the word table.
  public var vocabularySize: Int { encoder.vocabularySize }
  /// Tokens of the longest sequence.
  public var maximumLength: Int? { encoder.maximumLength }

  /// A batch of N sequences, with the places of their entities, to logits `[N, labels]`.
  ///
  /// - Throws: `LayersError` when a place lies outside its sequence.
  public func callAsFunction(_ batch: RaggedBatch, _ entities: [EntityTokens]) throws -> Tensor {
    let places = entities.map { $0.places(pooling) }
    let hidden = try encoder.hidden(batch, only: batch.selection(of: places))
    return try output(dropout(pooled(hidden, places, entities)))
  }

  /// The chosen tokens' vectors `[S, hidden]` to one vector a sequence, `[N, width]`.
  private func pooled(
    _ hidden: Tensor, _ places: [[Int]], _ entities: [EntityTokens]
  ) throws -> Tensor {
    if pooling == .firstToken { return hidden }
    var heads: [Int] = []
    var tails: [Int] = []
    var start = 0
    for (chosen, entity) in zip(places, entities) {
      func row(of place: Int) -> Int { start + (chosen.firstIndex(of: place) ?? 0) }
      let shift = pooling == .mean ? 1 : 0
      heads.append(row(of: entity.head.lowerBound + shift))
      tails.append(row(of: entity.tail.lowerBound + shift))
      start += chosen.count
    }
    let pair =
      switch pooling {
      case .mean:
        [
          try Self.means(hidden, heads, entities.map { EntityTokens.inside($0.head).count }),
          try Self.means(hidden, tails, entities.map { EntityTokens.inside($0.tail).count }),
        ]
      case .startMarkers, .firstToken:
        try [heads, tails].map { rows in
          try hidden.slices(Tensor(rows.map(Int64.init)).to(hidden.device))
        }
      }
    return try Tensor.concatenated(pair, along: 1)
  }

  /// The means of so many rows from each first one: `[N, hidden]`.
  private static func means(_ hidden: Tensor, _ firsts: [Int], _ counts: [Int]) throws -> Tensor {
    try Tensor.stacked(
      zip(firsts, counts).map { first, count in
        try hidden.narrowed(0, from: first, count: count).mean([0])
      })
  }
}

extension HeadKind<any TextEncoder> {
  /// The relation between two marked entities, on top of the bare model.
  static func relation(
    _ pooling: RelationExtractionSettings.Pooling
  ) -> HeadKind<RelationClassifier> {
    HeadKind<any TextEncoder>.encoder.adding(
      "relation extraction", initialized: ["relation."], labelled: ["relation.classifier."]
    ) { encoder, file, labels, scope in
      try RelationClassifier(encoder, pooling, file, labels: labels, at: scope)
    }
  }
}

extension ConfigurationFile {
  /// The dropout before a classifier, under whichever name the family has for it; that of the
  /// layers where it has none.
  fileprivate func headDropout() throws -> Double {
    let keys = [
      "classifier_dropout", "classifier_dropout_prob", "seq_classif_dropout",
      "summary_last_dropout", "hidden_dropout_prob", "dropout",
    ]
    for key in keys where values[key] != nil && values[key] != .null {
      return try number(key, in: 0...0.999)
    }
    return 0.1
  }
}
