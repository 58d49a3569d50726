public import Layers

/// BERT with Transformers' head for whole texts.
public typealias BertForSequenceClassification = PooledClassifier

extension PooledClassifier {
  /// Makes a BERT with its classifier at the root of a store, under Transformers' names.
  public init(_ configuration: BertConfiguration, labels: Int, at scope: ModuleScope) throws {
    encoder = try Bert(configuration, at: scope["bert"])
    dropout = scope.dropout(configuration.classifierDropout)
    classifier = try Linear(
      configuration.hiddenSize, labels, deviation: configuration.initializerRange,
      at: scope["classifier"])
  }

  /// Makes a BERT with the head that tells whether the second text follows the first, which it was
  /// pre-trained with beside masked language modelling.
  ///
  /// The first score is for "follows".
  init(nextSentence configuration: BertConfiguration, at scope: ModuleScope) throws {
    encoder = try Bert(configuration, at: scope["bert"])
    dropout = nil
    classifier = try Linear(
      configuration.hiddenSize, 2, deviation: configuration.initializerRange,
      at: scope["cls"]["seq_relationship"])
  }
}

extension EncoderLanguageModel {
  /// Makes a BERT with its head for masked language modelling, whose bias is
  /// `cls.predictions.bias`.
  init(bert configuration: BertConfiguration, at scope: ModuleScope) throws {
    let bert = try Bert(configuration, hasPooler: false, at: scope["bert"])
    let size = configuration.hiddenSize
    let predictions = scope["cls"]["predictions"]
    let transform = predictions["transform"]
    self.init(
      encoder: bert,
      dense: try Linear(
        size, size, deviation: configuration.initializerRange, at: transform["dense"]),
      activation: configuration.activation,
      norm: try LayerNorm(
        size, epsilon: configuration.layerNormEpsilon, at: transform["LayerNorm"]),
      output: try Linear(
        vocabularyOutput: bert.embeddings.words.weight, isTied: configuration.tiesWords,
        deviation: configuration.initializerRange, bias: predictions, at: predictions["decoder"]))
  }
}
