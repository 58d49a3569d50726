import Layers

/// Clark et al., "ELECTRA", 2020, arXiv:2003.10555: BERT's encoder over embeddings of a width of
/// their own, without a pooler. Discriminators and generators are both of this family.
extension ModelFamily {
  /// ELECTRA: `model_type` "electra".
  public static let electra = ModelFamily(
    modelType: "electra",
    weights: .postNorm(basePrefix: "electra."),
    dropoutKeys: ["hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout"],
    maximumLength: { try BertConfiguration(electra: $0).maximumLength },
    encoder: ModelHead("ElectraModel") { file, _, scope in
      try PostNormEncoder(BertConfiguration(electra: file), hasPooler: false, at: scope)
    },
    sequenceClassification: ModelHead(
      "ElectraForSequenceClassification", initialized: ["classifier."],
      labelled: ["classifier.out_proj."]
    ) { file, labels, scope in
      let configuration = try BertConfiguration(electra: file)
      return try FirstTokenClassifier(
        PostNormEncoder(electra: configuration, scope), labels: labels, activation: .gelu,
        dropout: configuration.classifierDropout, deviation: configuration.initializerRange,
        at: scope)
    },
    tokenClassification: ModelHead(
      "ElectraForTokenClassification", initialized: ["classifier."], labelled: ["classifier."]
    ) { file, labels, scope in
      let configuration = try BertConfiguration(electra: file)
      return try EncoderTokenClassifier(
        PostNormEncoder(electra: configuration, scope), labels: labels,
        dropout: configuration.classifierDropout, deviation: configuration.initializerRange,
        at: scope)
    },
    multipleChoice: ModelHead(
      "ElectraForMultipleChoice", initialized: ["classifier.", "sequence_summary."]
    ) { file, _, scope in
      try ElectraForMultipleChoice(file, BertConfiguration(electra: file), at: scope)
    },
    questionAnswering: ModelHead(
      "ElectraForQuestionAnswering", initialized: ["qa_outputs."]
    ) { file, _, scope in
      let configuration = try BertConfiguration(electra: file)
      return try EncoderSpanFinder(
        PostNormEncoder(electra: configuration, scope), deviation: configuration.initializerRange,
        at: scope)
    },
    maskedLanguageModel: ModelHead(
      "ElectraForMaskedLM", initialized: ["generator_predictions.", "generator_lm_head."]
    ) { file, _, scope in
      try EncoderLanguageModel(electra: BertConfiguration(electra: file), at: scope)
    })
}

extension BertConfiguration {
  /// Reads an ELECTRA's options.
  ///
  /// Its `summary_…` keys are of the head for choices between texts alone; a summary that
  /// Transformers does not know is refused for all.
  fileprivate init(electra file: ConfigurationFile) throws {
    try self.init(
      file,
      .init(
        kind: "an ELECTRA", embeddingSize: 128, hiddenSize: 256, attentionHeads: 4,
        intermediateSize: 1024))
    let summaries = ["first", "last", "mean", "cls_index"]
    let summary = try file.text("summary_type", default: summaries[0])
    guard summaries.contains(summary) else {
      throw ModelsError(
        .configuration,
        "\(file.path): summary_type is \"\(summary)\"; known are "
          + summaries.joined(separator: ", ") + ".")
    }
  }
}

extension PostNormEncoder {
  /// The encoder below a head.
  fileprivate init(electra configuration: BertConfiguration, _ scope: ModuleScope) throws {
    try self.init(configuration, hasPooler: false, at: scope["electra"])
  }
}

extension EncoderLanguageModel {
  /// The generator's head, back to the embeddings' width; its activation is GELU whatever that of
  /// the layers is.
  fileprivate init(electra configuration: BertConfiguration, at scope: ModuleScope) throws {
    let encoder = try PostNormEncoder(electra: configuration, scope)
    let predictions = scope["generator_predictions"]
    let output = scope["generator_lm_head"]
    self.init(
      encoder: encoder,
      dense: try Linear(
        configuration.hiddenSize, configuration.embeddingSize,
        deviation: configuration.initializerRange, at: predictions["dense"]),
      activation: .gelu,
      norm: try LayerNorm(
        configuration.embeddingSize, epsilon: configuration.layerNormEpsilon,
        at: predictions["LayerNorm"]),
      output: try Linear(
        vocabularyOutput: encoder.embeddings.words.weight, isTied: configuration.tiesWords,
        deviation: configuration.initializerRange, bias: output, at: output))
  }
}
