import Layers

/// Liu et al., "RoBERTa", 2019, arXiv:1907.11692: BERT's encoder, whose positions count from the
/// token of padding's id + 1, with heads of its own.
extension ModelFamily {
  /// RoBERTa: `model_type` "roberta".
  public static let roberta = roberta(
    "roberta", named: "Roberta", kind: "a RoBERTa", vocabularySize: 50265)
  /// XLM-R (Conneau et al., 2019, arXiv:1911.02116): `model_type` "xlm-roberta".
  public static let xlmRoberta = roberta(
    "xlm-roberta", named: "XLMRoberta", kind: "an XLM-R", vocabularySize: 30522)
  /// CamemBERT (Martin et al., 2019, arXiv:1911.03894): `model_type` "camembert".
  public static let camembert = roberta(
    "camembert", named: "Camembert", kind: "a CamemBERT", vocabularySize: 30522)

  /// A family with RoBERTa's code.
  ///
  /// - Parameters:
  ///   - modelType: The value of `model_type`.
  ///   - name: What the names of Transformers' classes begin with.
  ///   - kind: What a model is called in a sentence.
  ///   - vocabularySize: Transformers' default.
  /// - Returns: The family.
  private static func roberta(
    _ modelType: String, named name: String, kind: String, vocabularySize: Int
  ) -> ModelFamily {
    let read: @Sendable (ConfigurationFile) throws -> BertConfiguration = {
      try BertConfiguration(
        $0,
        .init(
          kind: kind, vocabularySize: vocabularySize, paddingToken: 1, countsFromPadding: true))
    }
    let encoder: @Sendable (BertConfiguration, ModuleScope) throws -> PostNormEncoder = {
      try PostNormEncoder($0, hasPooler: false, at: $1["roberta"])
    }
    return ModelFamily(
      modelType: modelType,
      weights: .postNorm(basePrefix: "roberta."),
      dropoutKeys: ["hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout"],
      maximumLength: { try read($0).maximumLength },
      encoder: ModelHead("\(name)Model", initialized: ["roberta.pooler."]) { file, _, scope in
        try PostNormEncoder(read(file), at: scope)
      },
      sequenceClassification: ModelHead(
        "\(name)ForSequenceClassification", initialized: ["classifier."],
        labelled: ["classifier.out_proj."]
      ) { file, labels, scope in
        let configuration = try read(file)
        return try FirstTokenClassifier(
          encoder(configuration, scope), labels: labels, activation: .tanh,
          dropout: configuration.classifierDropout, deviation: configuration.initializerRange,
          at: scope)
      },
      tokenClassification: ModelHead(
        "\(name)ForTokenClassification", initialized: ["classifier."], labelled: ["classifier."]
      ) { file, labels, scope in
        let configuration = try read(file)
        return try EncoderTokenClassifier(
          encoder(configuration, scope), labels: labels, dropout: configuration.classifierDropout,
          deviation: configuration.initializerRange, at: scope)
      },
      multipleChoice: ModelHead(
        "\(name)ForMultipleChoice", initialized: ["classifier.", "roberta.pooler."]
      ) { file, _, scope in
        // Unlike the family's other heads, this one has BERT's pooler, and the layers' dropout.
        let configuration = try read(file)
        return PooledClassifier(
          encoder: try PostNormEncoder(configuration, at: scope["roberta"]),
          dropout: scope.dropout(configuration.hiddenDropout),
          classifier: try Linear(
            configuration.hiddenSize, 1, deviation: configuration.initializerRange,
            at: scope["classifier"]))
      },
      questionAnswering: ModelHead(
        "\(name)ForQuestionAnswering", initialized: ["qa_outputs."]
      ) { file, _, scope in
        let configuration = try read(file)
        return try EncoderSpanFinder(
          encoder(configuration, scope), deviation: configuration.initializerRange, at: scope)
      },
      maskedLanguageModel: ModelHead("\(name)ForMaskedLM", initialized: ["lm_head."]) {
        file, _, scope in
        let configuration = try read(file)
        return try EncoderLanguageModel(
          roberta: encoder(configuration, scope), configuration, at: scope["lm_head"])
      })
  }
}

extension EncoderLanguageModel {
  /// RoBERTa's head, whose activation is GELU whatever that of the layers is.
  fileprivate init(
    roberta encoder: PostNormEncoder, _ configuration: BertConfiguration, at head: ModuleScope
  ) throws {
    let size = configuration.hiddenSize
    self.init(
      encoder: encoder,
      dense: try Linear(size, size, deviation: configuration.initializerRange, at: head["dense"]),
      activation: .gelu,
      norm: try LayerNorm(size, epsilon: configuration.layerNormEpsilon, at: head["layer_norm"]),
      output: try Linear(
        vocabularyOutput: encoder.embeddings.words.weight, isTied: configuration.tiesWords,
        deviation: configuration.initializerRange, bias: head, at: head["decoder"]))
  }
}
