import Layers

extension ModelFamily {
  /// GPT-2: `model_type` "gpt2".
  public static let gpt2 = ModelFamily(
    modelType: "gpt2",
    weights: WeightTranslation(
      basePrefix: "transformer.",
      // The mask of causality and what it is replaced with, which old versions stored.
      isBuffer: { $0.hasSuffix(".attn.bias") || $0.hasSuffix(".attn.masked_bias") },
      isTransposed: { name in
        ["attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"]
          .contains { name.hasSuffix(".\($0).weight") }
      }),
    dropoutKeys: ["resid_pdrop", "embd_pdrop", "attn_pdrop", "classifier_dropout"],
    maximumLength: { try GPT2Configuration($0).maximumLength },
    encoder: ModelHead("GPT2Model") { file, _, scope in
      try CausalDecoder(GPT2Configuration(file), at: scope)
    },
    sequenceClassification: ModelHead(
      "GPT2ForSequenceClassification", initialized: ["score."], labelled: ["score."]
    ) { file, labels, scope in
      let configuration = try GPT2Configuration(file)
      return try DecoderSequenceClassifier(
        CausalDecoder(configuration, at: scope["transformer"]), labels: labels,
        deviation: configuration.initializerRange, at: scope)
    },
    tokenClassification: ModelHead(
      "GPT2ForTokenClassification", initialized: ["classifier."], labelled: ["classifier."]
    ) { file, labels, scope in
      let configuration = try GPT2Configuration(file)
      return try EncoderTokenClassifier(
        CausalDecoder(configuration, at: scope["transformer"]), labels: labels,
        dropout: configuration.classifierDropout, deviation: configuration.initializerRange,
        at: scope)
    },
    questionAnswering: ModelHead(
      "GPT2ForQuestionAnswering", initialized: ["qa_outputs."]
    ) { file, _, scope in
      let configuration = try GPT2Configuration(file)
      return try EncoderSpanFinder(
        CausalDecoder(configuration, at: scope["transformer"]),
        deviation: configuration.initializerRange, at: scope)
    },
    causalLanguageModel: ModelHead("GPT2LMHeadModel", initialized: ["lm_head."]) {
      file, _, scope in
      let configuration = try GPT2Configuration(file)
      let decoder = try CausalDecoder(configuration, at: scope["transformer"])
      return DecoderLanguageModel(
        decoder: decoder,
        output: try Linear(
          vocabularyOutput: decoder.words.weight, isTied: configuration.tiesWords,
          deviation: configuration.initializerRange, bias: nil, at: scope["lm_head"]))
    })
}
