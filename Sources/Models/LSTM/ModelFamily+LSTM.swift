import Layers

extension ModelFamily {
  /// LSTM: `model_type` "lstm", trained from scratch; not a family of Transformers.
  public static let lstm = ModelFamily(
    modelType: "lstm",
    weights: WeightTranslation(basePrefix: ""),
    dropoutKeys: ["dropout"],
    maximumLength: { file in
      _ = try LSTMConfiguration(file)
      return nil
    },
    encoder: ModelHead("LSTMModel") { file, _, scope in
      try LSTMEncoder(LSTMConfiguration(file), at: scope)
    },
    sequenceClassification: ModelHead(
      "LSTMForSequenceClassification", initialized: ["classifier."], labelled: ["classifier."]
    ) { file, labels, scope in
      try LSTMForSequenceClassification(LSTMConfiguration(file), labels: labels, at: scope)
    },
    tokenClassification: ModelHead(
      "LSTMForTokenClassification", initialized: ["classifier."], labelled: ["classifier."]
    ) { file, labels, scope in
      let configuration = try LSTMConfiguration(file)
      return try EncoderTokenClassifier(
        LSTMEncoder(configuration, at: scope), labels: labels, dropout: configuration.dropout,
        deviation: configuration.initializerRange, at: scope)
    })
}
