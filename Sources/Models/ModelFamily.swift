import Layers

/// One architecture: how its `config.json` is read, how its weights are named, and what it can be
/// made into.
///
/// A family is a value in the table ``all``; nothing is found by the name of a type.
public struct ModelFamily: Sendable {
  /// The value of `model_type` in `config.json`.
  public let modelType: String
  /// How its checkpoints' tensors become parameters, and back.
  let weights: WeightTranslation
  /// Keys of `config.json` that `dropout` in a recipe overrides.
  let dropoutKeys: [String]
  /// Reads the whole configuration, refusing by name what is not supported; the longest sequence
  /// that it allows, nil without a limit.
  public let maximumLength: @Sendable (ConfigurationFile) throws -> Int?

  /// The bare model, at the scope of the base prefix.
  let encoder: ModelHead<any TextEncoder>
  /// For labels of whole texts.
  var sequenceClassification: ModelHead<any SequenceClassifier>?
  /// For labels of tokens.
  var tokenClassification: ModelHead<any TokenClassifier>?
  /// For the right one of several texts: one score a text.
  var multipleChoice: ModelHead<any SequenceClassifier>?
  /// For answers within a text.
  var questionAnswering: ModelHead<any SpanFinder>?
  /// For tokens that were hidden.
  var maskedLanguageModel: ModelHead<any LanguageModel>?
  /// For the token after each token.
  var causalLanguageModel: ModelHead<any LanguageModel>?
  /// For whether one text follows another: two scores, the first for "follows".
  var nextSentence: ModelHead<any SequenceClassifier>?
  /// Encoder and decoder without a head.
  var encoderDecoder: ModelHead<any EncoderDecoder>?
  /// For texts that are written of others.
  var conditionalLanguageModel: ModelHead<any ConditionalLanguageModel>?
  /// For hidden tokens in an order of their own.
  var permutationLanguageModel: ModelHead<any PermutationLanguageModel>?
  /// For answers within a text whose end is looked for after its beginning.
  var beamQuestionAnswering: ModelHead<any BeamSpanFinder>?

  /// Every family that can be loaded.
  public static let all: [ModelFamily] = [
    .bert,
    .lstm,
    .roberta,
    .xlmRoberta,
    .camembert,
    .distilBert,
    .albert,
    .electra,
    .gpt2,
    .llama, .mistral, .qwen2, .qwen3,
    .t5,
    .mt5,
    .xlnet,
  ]

  /// The family of a configuration.
  ///
  /// - Throws: ``ModelsError`` that names the families there are.
  public static func of(_ file: ConfigurationFile) throws -> ModelFamily {
    let known = all.map(\.modelType).joined(separator: ", ")
    guard let type = file.modelType else {
      throw ModelsError(
        .architecture, "\(file.path) has no model_type. Supported are: \(known).")
    }
    guard let family = all.first(where: { $0.modelType == type }) else {
      throw ModelsError(
        .architecture,
        "\(file.path): the architecture \"\(type)\" is not supported. Supported are: \(known).")
    }
    return family
  }

  /// One of the family's heads.
  ///
  /// - Throws: ``ModelsError`` when the family has none of this kind.
  func head<Model>(_ kind: HeadKind<Model>) throws -> ModelHead<Model> {
    guard let head = kind.inFamily(self) else {
      throw ModelsError(
        .architecture,
        "A model of the family \(modelType) cannot be made into one for \(kind.purpose): "
          + "Transformers has no such head.")
    }
    return head
  }

  /// Sets every dropout rate of a configuration.
  func replaceDropout(in file: inout ConfigurationFile, by rate: Double) {
    for key in dropoutKeys { file.values[key] = .number(rate) }
  }

  /// Whether its tokens see only what stands before them: the last token alone then sees the whole
  /// text.
  public var isCausal: Bool { causalLanguageModel != nil }

  /// The Transformers classes that the family can be made into, the bare model first.
  public var architectures: [String] {
    [
      encoder.architecture, sequenceClassification?.architecture, tokenClassification?.architecture,
      multipleChoice?.architecture, questionAnswering?.architecture,
      maskedLanguageModel?.architecture,
      causalLanguageModel?.architecture, nextSentence?.architecture, encoderDecoder?.architecture,
      conditionalLanguageModel?.architecture, permutationLanguageModel?.architecture,
      beamQuestionAnswering?.architecture,
    ].compactMap(\.self)
  }
}
