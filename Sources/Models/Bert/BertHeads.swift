public import Layers
public import Torch

/// BERT with Transformers' head for whole texts: pooler, dropout, one dense layer.
public struct BertForSequenceClassification: SequenceClassifier {
  /// The encoder.
  public let bert: Bert
  let dropout: Dropout
  let classifier: Linear

  /// Makes the model at the root of a store, under Transformers' names.
  public init(_ configuration: BertConfiguration, labels: Int, at scope: ModuleScope) throws {
    bert = try Bert(configuration, at: scope["bert"])
    dropout = scope.dropout(configuration.classifierDropout)
    classifier = try Linear(
      configuration.hiddenSize, labels, deviation: configuration.initializerRange,
      at: scope["classifier"])
  }

  /// Rows of the word table.
  public var vocabularySize: Int { bert.vocabularySize }
  /// Tokens of the longest sequence.
  public var maximumLength: Int? { bert.maximumLength }

  /// A batch of N sequences to logits `[N, labels]`.
  public func callAsFunction(_ batch: RaggedBatch) throws -> Tensor {
    try classifier(dropout(bert.summary(of: batch)))
  }
}

/// BERT with the head that it was pre-trained with beside masked language modelling: whether the
/// second text follows the first.
struct BertForNextSentencePrediction: SequenceClassifier {
  let bert: Bert
  let relationship: Linear

  init(_ configuration: BertConfiguration, at scope: ModuleScope) throws {
    bert = try Bert(configuration, at: scope["bert"])
    relationship = try Linear(
      configuration.hiddenSize, 2, deviation: configuration.initializerRange,
      at: scope["cls"]["seq_relationship"])
  }

  var vocabularySize: Int { bert.vocabularySize }
  var maximumLength: Int? { bert.maximumLength }

  /// `[N, 2]`: the score of "follows", and of "does not".
  func callAsFunction(_ batch: RaggedBatch) throws -> Tensor {
    try relationship(bert.summary(of: batch))
  }
}

/// Makes BERT with its head for masked language modelling.
///
/// The output layer shares the word table unless the configuration unties them; its bias is stored
/// as `cls.predictions.bias`, and in some checkpoints as `cls.predictions.decoder.bias` again.
func bertForMaskedLanguageModelling(
  _ configuration: BertConfiguration, at scope: ModuleScope
) throws -> EncoderLanguageModel {
  let bert = try Bert(configuration, hasPooler: false, at: scope["bert"])
  let size = configuration.hiddenSize
  let predictions = scope["cls"]["predictions"]
  let transform = predictions["transform"]
  return EncoderLanguageModel(
    encoder: bert,
    dense: try Linear(
      size, size, deviation: configuration.initializerRange, at: transform["dense"]),
    activation: configuration.activation,
    norm: try LayerNorm(size, epsilon: configuration.layerNormEpsilon, at: transform["LayerNorm"]),
    output: try Linear(
      vocabularyOutput: bert.embeddings.words.weight, isTied: configuration.tiesWords,
      deviation: configuration.initializerRange, bias: predictions, at: predictions["decoder"]))
}
