import Layers

extension ModelFamily {
  /// Llama 2 and 3, SmolLM2 and others of `model_type` "llama".
  public static let llama = llamaLike(.llama)
  /// Mistral: `model_type` "mistral".
  public static let mistral = llamaLike(.mistral)
  /// Qwen 2 and 2.5: `model_type` "qwen2".
  public static let qwen2 = llamaLike(.qwen2)
  /// Qwen 3: `model_type` "qwen3".
  public static let qwen3 = llamaLike(.qwen3)

  private static func llamaLike(_ kind: LlamaKind) -> ModelFamily {
    let read: @Sendable (ConfigurationFile) throws -> LlamaConfiguration = {
      try LlamaConfiguration($0, kind: kind)
    }
    return ModelFamily(
      modelType: kind.modelType,
      weights: WeightTranslation(
        basePrefix: "model.", otherPrefixes: ["transformer."],
        // The angles, which old versions stored.
        isBuffer: { $0.hasSuffix(".rotary_emb.inv_freq") }),
      dropoutKeys: ["attention_dropout", "classifier_dropout"],
      maximumLength: { try read($0).maximumLength },
      encoder: ModelHead("\(kind.className)Model") { file, _, scope in
        try CausalDecoder(read(file), at: scope)
      },
      sequenceClassification: ModelHead(
        "\(kind.className)ForSequenceClassification", initialized: ["score."],
        labelled: ["score."]
      ) { file, labels, scope in
        let configuration = try read(file)
        return try DecoderSequenceClassifier(
          CausalDecoder(configuration, at: scope["model"]), labels: labels,
          deviation: configuration.initializerRange, at: scope)
      },
      tokenClassification: ModelHead(
        "\(kind.className)ForTokenClassification", initialized: ["score."], labelled: ["score."]
      ) { file, labels, scope in
        let configuration = try read(file)
        return try EncoderTokenClassifier(
          CausalDecoder(configuration, at: scope["model"]), labels: labels,
          dropout: configuration.classifierDropout, deviation: configuration.initializerRange,
          name: "score", hasBias: configuration.classifierHasBias, at: scope)
      },
      questionAnswering: ModelHead(
        "\(kind.className)ForQuestionAnswering", basePrefix: "\(kind.spanFinderPrefix).",
        initialized: ["qa_outputs."]
      ) { file, _, scope in
        let configuration = try read(file)
        return try EncoderSpanFinder(
          CausalDecoder(configuration, at: scope[kind.spanFinderPrefix]),
          deviation: configuration.initializerRange, at: scope)
      },
      causalLanguageModel: ModelHead("\(kind.className)ForCausalLM", initialized: ["lm_head."]) {
        file, _, scope in
        let configuration = try read(file)
        let decoder = try CausalDecoder(configuration, at: scope["model"])
        return DecoderLanguageModel(
          decoder: decoder,
          output: try Linear(
            vocabularyOutput: decoder.words.weight, isTied: configuration.tiesWords,
            deviation: configuration.initializerRange, bias: nil, at: scope["lm_head"]))
      })
  }
}
