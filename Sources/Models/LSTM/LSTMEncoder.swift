import Layers
import Torch

/// Word vectors and LSTM layers over them: the encoder that people compare pre-trained ones with.
struct LSTMEncoder: TextEncoder {
  let configuration: LSTMConfiguration
  let embedding: Embedding
  let lstm: LSTM
  let dropout: Dropout

  init(_ configuration: LSTMConfiguration, at scope: ModuleScope) throws {
    self.configuration = configuration
    embedding = try Embedding(
      configuration.vocabularySize, configuration.embeddingSize,
      deviation: configuration.initializerRange, padding: configuration.paddingToken,
      at: scope["embedding"])
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
    let tokens = try states(batch).tokens
    return try selection.map { try tokens.slices($0.places) } ?? tokens
  }

  /// The states of a batch's tokens and of its sequences.
  func states(_ batch: RaggedBatch) throws -> LSTM.States {
    try lstm(dropout(embedding(batch.tokens)), batch: batch)
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
    try classifier(dropout(encoder.states(batch).sequences))
  }
}
