/// The kinds of heads, each with the protocol that its models follow.
public struct HeadKind<Model>: Sendable {
  let inFamily: @Sendable (ModelFamily) -> ModelHead<Model>?
  /// What it is for, within a sentence.
  let purpose: String
}

extension HeadKind<any SequenceClassifier> {
  /// Labels of whole texts.
  public static var sequenceClassification: Self {
    .init(inFamily: { $0.sequenceClassification }, purpose: "classifying texts")
  }
  /// How well each text suits as the choice among several: one score a text.
  public static var multipleChoice: Self {
    .init(inFamily: { $0.multipleChoice }, purpose: "multiple choice")
  }
  /// Whether one text follows another.
  public static var nextSentence: Self {
    .init(inFamily: { $0.nextSentence }, purpose: "next-sentence prediction")
  }
}

extension HeadKind<any TokenClassifier> {
  /// Labels of tokens.
  public static var tokenClassification: Self {
    .init(inFamily: { $0.tokenClassification }, purpose: "classifying tokens")
  }
}

extension HeadKind<any SpanFinder> {
  /// Answers within a text.
  public static var questionAnswering: Self {
    .init(inFamily: { $0.questionAnswering }, purpose: "question answering")
  }
}

extension HeadKind<any LanguageModel> {
  /// Tokens that were hidden.
  public static var maskedLanguageModel: Self {
    .init(inFamily: { $0.maskedLanguageModel }, purpose: "masked language modelling")
  }
  /// The token after each token.
  public static var causalLanguageModel: Self {
    .init(inFamily: { $0.causalLanguageModel }, purpose: "causal language modelling")
  }
}

extension HeadKind<any EncoderDecoder> {
  /// An encoder and a decoder without a head.
  public static var encoderDecoder: Self {
    .init(inFamily: { $0.encoderDecoder }, purpose: "reading one text and writing another")
  }
}

extension HeadKind<any ConditionalLanguageModel> {
  /// The tokens of a text that is written of another.
  public static var conditionalLanguageModel: Self {
    .init(inFamily: { $0.conditionalLanguageModel }, purpose: "conditional generation")
  }
}

extension HeadKind<any PermutationLanguageModel> {
  /// Hidden tokens, each by what stands before it in an order.
  public static var permutationLanguageModel: Self {
    .init(inFamily: { $0.permutationLanguageModel }, purpose: "permutation language modelling")
  }
}

extension HeadKind<any BeamSpanFinder> {
  /// Answers within a text, the end looked for after the beginning.
  public static var beamQuestionAnswering: Self {
    .init(inFamily: { $0.beamQuestionAnswering }, purpose: "question answering with beams")
  }
}
