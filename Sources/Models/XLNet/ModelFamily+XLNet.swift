import Layers

extension ModelFamily {
  /// XLNet: `model_type` "xlnet".
  public static let xlnet = ModelFamily(
    modelType: "xlnet",
    weights: WeightTranslation(basePrefix: "transformer."),
    dropoutKeys: ["dropout", "summary_last_dropout"],
    maximumLength: {
      _ = try XLNetConfiguration($0)
      return nil
    },
    encoder: ModelHead("XLNetModel") { file, _, scope in
      try XLNet(XLNetConfiguration(file), at: scope)
    },
    sequenceClassification: ModelHead(
      "XLNetForSequenceClassification", initialized: ["sequence_summary.", "logits_proj."],
      labelled: ["logits_proj."]
    ) { file, labels, scope in
      try XLNetForSequenceClassification(XLNetConfiguration(file), labels: labels, at: scope)
    },
    tokenClassification: ModelHead(
      "XLNetForTokenClassification", initialized: ["classifier."], labelled: ["classifier."]
    ) { file, labels, scope in
      let configuration = try XLNetConfiguration(file)
      return try EncoderTokenClassifier(
        XLNet(configuration, at: scope["transformer"]), labels: labels, dropout: 0,
        deviation: configuration.initializerRange, at: scope)
    },
    multipleChoice: ModelHead(
      "XLNetForMultipleChoice", initialized: ["sequence_summary.", "logits_proj."]
    ) { file, _, scope in
      try XLNetForSequenceClassification(XLNetConfiguration(file), labels: 1, at: scope)
    },
    questionAnswering: ModelHead(
      "XLNetForQuestionAnsweringSimple", initialized: ["qa_outputs."]
    ) { file, _, scope in
      let configuration = try XLNetConfiguration(file)
      return try EncoderSpanFinder(
        XLNet(configuration, at: scope["transformer"]),
        deviation: configuration.initializerRange, at: scope)
    },
    permutationLanguageModel: ModelHead(
      "XLNetLMHeadModel", initialized: ["lm_loss."]
    ) { file, _, scope in
      try XLNetLanguageModel(XLNetConfiguration(file), at: scope)
    },
    beamQuestionAnswering: ModelHead(
      "XLNetForQuestionAnswering", initialized: ["start_logits.", "end_logits.", "answer_class."]
    ) { file, _, scope in
      try XLNetForQuestionAnswering(XLNetConfiguration(file), at: scope)
    })
}
