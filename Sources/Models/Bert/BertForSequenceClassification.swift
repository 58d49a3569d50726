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

  /// The encoder's view of the model.
  public var encoder: any TextEncoder { bert }

  /// A batch of N sequences to logits `[N, labels]`.
  public func callAsFunction(_ batch: RaggedBatch) throws -> Tensor {
    try classifier(dropout(bert.summary(of: batch)))
  }
}
