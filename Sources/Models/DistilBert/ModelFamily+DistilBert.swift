import Layers

extension ModelFamily {
  /// DistilBERT: `model_type` "distilbert".
  public static let distilBert = ModelFamily(
    modelType: "distilbert",
    weights: .postNorm(basePrefix: "distilbert."),
    dropoutKeys: ["dropout", "attention_dropout", "seq_classif_dropout", "qa_dropout"],
    maximumLength: { try DistilBertConfiguration($0).maximumLength },
    encoder: ModelHead("DistilBertModel") { file, _, scope in
      try PostNormEncoder(distilBert: DistilBertConfiguration(file), at: scope)
    },
    sequenceClassification: ModelHead(
      "DistilBertForSequenceClassification", initialized: ["classifier.", "pre_classifier."],
      labelled: ["classifier."]
    ) { file, labels, scope in
      try FirstTokenClassifier(
        distilBert: DistilBertConfiguration(file), labels: labels, at: scope)
    },
    tokenClassification: ModelHead(
      "DistilBertForTokenClassification", initialized: ["classifier."], labelled: ["classifier."]
    ) { file, labels, scope in
      let configuration = try DistilBertConfiguration(file)
      return try EncoderTokenClassifier(
        PostNormEncoder(distilBert: configuration, at: scope["distilbert"]), labels: labels,
        dropout: configuration.hiddenDropout, deviation: configuration.initializerRange, at: scope)
    },
    multipleChoice: ModelHead(
      "DistilBertForMultipleChoice", initialized: ["classifier.", "pre_classifier."]
    ) { file, _, scope in
      try FirstTokenClassifier(distilBert: DistilBertConfiguration(file), labels: 1, at: scope)
    },
    questionAnswering: ModelHead(
      "DistilBertForQuestionAnswering", initialized: ["qa_outputs."]
    ) { file, _, scope in
      let configuration = try DistilBertConfiguration(file)
      return try EncoderSpanFinder(
        PostNormEncoder(distilBert: configuration, at: scope["distilbert"]),
        dropout: configuration.answerDropout, deviation: configuration.initializerRange, at: scope)
    },
    maskedLanguageModel: ModelHead(
      "DistilBertForMaskedLM",
      initialized: ["vocab_transform.", "vocab_layer_norm.", "vocab_projector."]
    ) { file, _, scope in
      let configuration = try DistilBertConfiguration(file)
      let (size, deviation) = (configuration.hiddenSize, configuration.initializerRange)
      let encoder = try PostNormEncoder(distilBert: configuration, at: scope["distilbert"])
      let output = scope["vocab_projector"]
      return EncoderLanguageModel(
        encoder: encoder,
        dense: try Linear(size, size, deviation: deviation, at: scope["vocab_transform"]),
        activation: configuration.activation,
        norm: try LayerNorm(
          size, epsilon: DistilBertConfiguration.layerNormEpsilon, at: scope["vocab_layer_norm"]),
        output: try Linear(
          vocabularyOutput: encoder.embeddings.words.weight, isTied: configuration.tiesWords,
          deviation: deviation, bias: output, at: output))
    })
}

extension FirstTokenClassifier {
  /// DistilBERT's head, for labels of whole texts and for choices alike.
  fileprivate init(
    distilBert configuration: DistilBertConfiguration, labels: Int, at scope: ModuleScope
  ) throws {
    let (size, deviation) = (configuration.hiddenSize, configuration.initializerRange)
    self.init(
      encoder: try PostNormEncoder(distilBert: configuration, at: scope["distilbert"]),
      inputDropout: nil,
      dense: try Linear(size, size, deviation: deviation, at: scope["pre_classifier"]),
      activation: .relu, dropout: scope.dropout(configuration.classifierDropout),
      output: try Linear(size, labels, deviation: deviation, at: scope["classifier"]))
  }
}
