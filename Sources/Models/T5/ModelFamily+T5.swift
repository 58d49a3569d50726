import Layers

extension ModelFamily {
  /// T5 of both releases, and what was trained from it: `model_type` "t5".
  public static let t5 = encoderDecoder("t5", classes: "T5", .t5)

  /// Multilingual T5: `model_type` "mt5".
  public static let mt5 = encoderDecoder("mt5", classes: "MT5", .mt5)

  private static func encoderDecoder(
    _ modelType: String, classes: String, _ defaults: T5Configuration.Defaults
  ) -> ModelFamily {
    let configuration: @Sendable (ConfigurationFile) throws -> T5Configuration = {
      try T5Configuration($0, defaults)
    }
    return ModelFamily(
      modelType: modelType,
      weights: WeightTranslation(
        basePrefix: "transformer.",
        // Old checkpoints hold a table of distances to the source, which nothing ever used.
        isBuffer: { $0.hasSuffix(".EncDecAttention.relative_attention_bias.weight") },
        standIns: [
          "shared.weight": [
            "encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "lm_head.weight",
          ]
        ]),
      dropoutKeys: ["dropout_rate", "classifier_dropout"],
      maximumLength: {
        _ = try configuration($0)
        return nil
      },
      encoder: ModelHead(classes + "EncoderModel") { file, _, scope in
        try T5Encoder(configuration(file), at: scope)
      },
      sequenceClassification: ModelHead(
        classes + "ForSequenceClassification", initialized: ["classification_head."],
        labelled: ["classification_head.out_proj."]
      ) { file, labels, scope in
        try T5ForSequenceClassification(configuration(file), labels: labels, at: scope)
      },
      tokenClassification: ModelHead(
        classes + "ForTokenClassification", initialized: ["classifier."], labelled: ["classifier."]
      ) { file, labels, scope in
        let config = try configuration(file)
        return try EncoderTokenClassifier(
          T5Encoder(config, at: scope["transformer"]), labels: labels,
          dropout: config.classifierDropout, deviation: config.initializerFactor, at: scope)
      },
      questionAnswering: ModelHead(
        classes + "ForQuestionAnswering", basePrefix: "", initialized: ["qa_outputs."]
      ) { file, _, scope in
        try T5ForQuestionAnswering(configuration(file), at: scope)
      },
      encoderDecoder: ModelHead(classes + "Model", basePrefix: "") { file, _, scope in
        try T5(configuration(file), at: scope)
      },
      conditionalLanguageModel: ModelHead(
        classes + "ForConditionalGeneration", basePrefix: ""
      ) { file, _, scope in
        try T5ForConditionalGeneration(configuration(file), at: scope)
      })
  }
}
