import Layers

extension ModelFamily {
  /// BERT: `model_type` "bert".
  public static let bert = ModelFamily(
    modelType: "bert",
    weights: .postNorm(basePrefix: "bert."),
    dropoutKeys: ["hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout"],
    maximumLength: { try BertConfiguration($0).maximumLength },
    // Checkpoints of masked language models have no pooler; it belongs to the head on whole texts.
    encoder: ModelHead("BertModel", initialized: ["bert.pooler."]) { file, _, scope in
      try Bert(BertConfiguration(file), at: scope)
    },
    sequenceClassification: ModelHead(
      "BertForSequenceClassification", initialized: ["classifier.", "bert.pooler."],
      labelled: ["classifier."]
    ) { file, labels, scope in
      try BertForSequenceClassification(BertConfiguration(file), labels: labels, at: scope)
    },
    tokenClassification: ModelHead(
      "BertForTokenClassification", initialized: ["classifier."], labelled: ["classifier."]
    ) { file, labels, scope in
      let configuration = try BertConfiguration(file)
      return try EncoderTokenClassifier(
        Bert(configuration, hasPooler: false, at: scope["bert"]), labels: labels,
        dropout: configuration.classifierDropout, deviation: configuration.initializerRange,
        at: scope)
    },
    multipleChoice: ModelHead(
      "BertForMultipleChoice", initialized: ["classifier.", "bert.pooler."]
    ) { file, _, scope in
      try BertForSequenceClassification(BertConfiguration(file), labels: 1, at: scope)
    },
    questionAnswering: ModelHead(
      "BertForQuestionAnswering", initialized: ["qa_outputs."]
    ) { file, _, scope in
      let configuration = try BertConfiguration(file)
      return try EncoderSpanFinder(
        Bert(configuration, hasPooler: false, at: scope["bert"]),
        deviation: configuration.initializerRange, at: scope)
    },
    maskedLanguageModel: ModelHead("BertForMaskedLM", initialized: ["cls.predictions."]) {
      file, _, scope in
      try EncoderLanguageModel(bert: BertConfiguration(file), at: scope)
    },
    nextSentence: ModelHead(
      "BertForNextSentencePrediction", initialized: ["cls.seq_relationship.", "bert.pooler."]
    ) { file, _, scope in
      try PooledClassifier(nextSentence: BertConfiguration(file), at: scope)
    })
}

extension WeightTranslation {
  /// That of BERT and its like.
  static func postNorm(basePrefix: String) -> WeightTranslation {
    WeightTranslation(
      basePrefix: basePrefix,
      // Checkpoints converted from TensorFlow spell the norms' parameters so.
      oldSpellings: [
        ".LayerNorm.gamma": ".LayerNorm.weight", ".LayerNorm.beta": ".LayerNorm.bias",
      ],
      // Buffers of 0, 1, 2, … and of zeros that old versions stored.
      isBuffer: { ["embeddings.position_ids", "embeddings.token_type_ids"].contains($0) })
  }
}
