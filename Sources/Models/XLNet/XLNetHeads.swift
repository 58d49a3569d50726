public import Layers
public import Torch

/// XLNet with Transformers' head for whole texts: a summary, and a dense layer.
public struct XLNetForSequenceClassification: SequenceClassifier {
  /// The model.
  public let transformer: XLNet
  let firstDropout, lastDropout: Dropout
  let summary: Linear?
  let output: Linear

  /// Makes the model at the root of a store, under Transformers' names.
  public init(_ configuration: XLNetConfiguration, labels: Int, at scope: ModuleScope) throws {
    transformer = try XLNet(configuration, at: scope["transformer"])
    let (size, deviation) = (configuration.hiddenSize, configuration.initializerRange)
    firstDropout = scope.dropout(configuration.summaryFirstDropout)
    summary =
      configuration.projectsSummary
      ? try Linear(size, size, deviation: deviation, at: scope["sequence_summary"]["summary"])
      : nil
    lastDropout = scope.dropout(configuration.summaryLastDropout)
    output = try Linear(size, labels, deviation: deviation, at: scope["logits_proj"])
  }

  /// Rows of the word table.
  public var vocabularySize: Int { transformer.vocabularySize }
  /// None: distances have no limit.
  public var maximumLength: Int? { nil }

  /// A batch of N sequences to logits `[N, labels]`.
  public func callAsFunction(_ batch: RaggedBatch) throws -> Tensor {
    var vectors = try firstDropout(
      transformer.summarised(batch, by: transformer.configuration.summary))
    if let summary {
      vectors =
        try transformer.configuration.summaryActivation.map {
          try $0(after: summary, vectors)
        } ?? summary(vectors)
    } else if let activation = transformer.configuration.summaryActivation {
      vectors = try activation(vectors)
    }
    return try output(lastDropout(vectors))
  }
}

/// XLNet with the layer to the vocabulary, Transformers' `XLNetLMHeadModel`.
public struct XLNetLanguageModel: PermutationLanguageModel {
  /// The model.
  public let transformer: XLNet
  /// The layer to the vocabulary; its weight is the word table where they are tied.
  public let output: Linear

  /// Makes the model at the root of a store, under Transformers' names.
  public init(_ configuration: XLNetConfiguration, at scope: ModuleScope) throws {
    transformer = try XLNet(configuration, at: scope["transformer"])
    let layer = scope["lm_loss"]
    output = try Linear(
      vocabularyOutput: transformer.words.weight, isTied: configuration.tiesWords,
      deviation: configuration.initializerRange, bias: layer, at: layer)
  }

  /// Rows of the word table.
  public var vocabularySize: Int { transformer.vocabularySize }
  /// None: distances have no limit.
  public var maximumLength: Int? { nil }

  /// What ``output`` reads where everything is known to all.
  public func states(_ batch: RaggedBatch, only selection: TokenSelection?) throws -> Tensor {
    try transformer.hidden(batch, only: selection)
  }

  /// What ``output`` reads for the targets of an order, and what to keep for the next batch.
  public func states(
    _ batch: RaggedBatch, order: FactorizationOrder?, memory: SegmentMemory?
  ) throws -> (states: Tensor, memory: SegmentMemory) {
    let (hidden, memory) = try transformer.hidden(batch, order: order, memory: memory)
    return (hidden, memory)
  }
}
