import Layers
import Torch

/// Word vectors and LSTM layers over them: the encoder that people compare pre-trained ones with.
struct LSTMEncoder: TextEncoder {
  let configuration: LSTMConfiguration
  let embedding: Embedding
  private let leading: LeadingSlots
  let lstm: LSTM
  let dropout: Dropout

  init(_ configuration: LSTMConfiguration, at scope: ModuleScope) throws {
    self.configuration = configuration
    embedding = try Embedding(
      configuration.vocabularySize, configuration.embeddingSize,
      deviation: configuration.initializerRange, padding: configuration.paddingToken,
      at: scope["embedding"])
    leading = LeadingSlots(
      tokens: scope["embedding"].tokenSlot(width: configuration.embeddingSize))
    lstm = try LSTM(
      configuration.embeddingSize, configuration.hiddenSize, layers: configuration.layers,
      isBidirectional: configuration.isBidirectional, dropout: configuration.dropout,
      at: scope["lstm"])
    dropout = scope.dropout(configuration.dropout)
  }

  var vocabularySize: Int { configuration.vocabularySize }
  var maximumLength: Int? { nil }
  var hiddenSize: Int { lstm.directionCount * lstm.hiddenSize }

  func hidden(_ batch: RaggedBatch, only selection: TokenSelection?) throws -> Tensor {
    let led = try leading.reading(batch)
    let tokens = try states(led).tokens
    return try led.selection(selection).map { try tokens.slices($0.places) } ?? tokens
  }

  /// What is known of each sequence once it is read, `[N, hidden]`.
  func sequences(_ batch: RaggedBatch) throws -> Tensor {
    try states(leading.reading(batch)).sequences
  }

  private func states(_ led: LedBatch) throws -> LSTM.States {
    try lstm(dropout(led.words(from: embedding)), batch: led.batch)
  }
}

/// An LSTM with a dense layer over what it knows at the end of each text.
struct LSTMForSequenceClassification: SequenceClassifier {
  let encoder: LSTMEncoder
  let dropout: Dropout
  let classifier: Linear

  init(_ configuration: LSTMConfiguration, labels: Int, at scope: ModuleScope) throws {
    encoder = try LSTMEncoder(configuration, at: scope)
    dropout = scope.dropout(configuration.dropout)
    classifier = try Linear(
      encoder.hiddenSize, labels, deviation: configuration.initializerRange,
      at: scope["classifier"])
  }

  var vocabularySize: Int { encoder.vocabularySize }
  var maximumLength: Int? { nil }

  func callAsFunction(_ batch: RaggedBatch) throws -> Tensor {
    try classifier(dropout(encoder.sequences(batch)))
  }
}
