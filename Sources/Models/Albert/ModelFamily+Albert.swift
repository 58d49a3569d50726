import Layers

extension ModelFamily {
  /// ALBERT: `model_type` "albert".
  public static let albert = ModelFamily(
    modelType: "albert",
    weights: .postNorm(basePrefix: "albert."),
    dropoutKeys: [
      "hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout_prob",
    ],
    maximumLength: { try AlbertConfiguration($0).maximumLength },
    // Checkpoints of masked language models have no pooler; it belongs to the head on whole texts.
    encoder: ModelHead("AlbertModel", initialized: ["albert.pooler."]) { file, _, scope in
      try PostNormEncoder(albert: AlbertConfiguration(file), at: scope)
    },
    sequenceClassification: ModelHead(
      "AlbertForSequenceClassification", initialized: ["classifier.", "albert.pooler."],
      labelled: ["classifier."]
    ) { file, labels, scope in
      try PooledClassifier(albert: AlbertConfiguration(file), labels: labels, at: scope)
    },
    tokenClassification: ModelHead(
      "AlbertForTokenClassification", initialized: ["classifier."], labelled: ["classifier."]
    ) { file, labels, scope in
      let configuration = try AlbertConfiguration(file)
      return try EncoderTokenClassifier(
        PostNormEncoder(albert: configuration, hasPooler: false, at: scope["albert"]),
        labels: labels, dropout: configuration.classifierDropout,
        deviation: configuration.initializerRange, at: scope)
    },
    multipleChoice: ModelHead(
      "AlbertForMultipleChoice", initialized: ["classifier.", "albert.pooler."]
    ) { file, _, scope in
      try PooledClassifier(albert: AlbertConfiguration(file), labels: 1, at: scope)
    },
    questionAnswering: ModelHead(
      "AlbertForQuestionAnswering", initialized: ["qa_outputs."]
    ) { file, _, scope in
      let configuration = try AlbertConfiguration(file)
      return try EncoderSpanFinder(
        PostNormEncoder(albert: configuration, hasPooler: false, at: scope["albert"]),
        deviation: configuration.initializerRange, at: scope)
    },
    maskedLanguageModel: ModelHead("AlbertForMaskedLM", initialized: ["predictions."]) {
      file, _, scope in
      try EncoderLanguageModel(albert: AlbertConfiguration(file), at: scope)
    })
}

extension EncoderLanguageModel {
  /// ALBERT's head, back to the embeddings' width.
  fileprivate init(albert configuration: AlbertConfiguration, at scope: ModuleScope) throws {
    let encoder = try PostNormEncoder(
      albert: configuration, hasPooler: false, at: scope["albert"])
    let head = scope["predictions"]
    self.init(
      encoder: encoder,
      dense: try Linear(
        configuration.hiddenSize, configuration.embeddingSize,
        deviation: configuration.initializerRange, at: head["dense"]),
      activation: configuration.activation,
      norm: try LayerNorm(
        configuration.embeddingSize, epsilon: configuration.layerNormEpsilon,
        at: head["LayerNorm"]),
      output: try Linear(
        vocabularyOutput: encoder.embeddings.words.weight, isTied: configuration.tiesWords,
        deviation: configuration.initializerRange, bias: head, at: head["decoder"]))
  }
}

extension PooledClassifier {
  /// ALBERT's head, for labels of whole texts and for choices alike.
  fileprivate init(
    albert configuration: AlbertConfiguration, labels: Int, at scope: ModuleScope
  ) throws {
    self.init(
      encoder: try PostNormEncoder(albert: configuration, at: scope["albert"]),
      dropout: scope.dropout(configuration.classifierDropout),
      classifier: try Linear(
        configuration.hiddenSize, labels, deviation: configuration.initializerRange,
        at: scope["classifier"]))
  }
}
