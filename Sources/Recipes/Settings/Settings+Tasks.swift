import Evaluation
import Tasks

extension Settings {
  /// What only some tasks have, each in a section of its own.
  static let tasks: [Setting] = windows + tokens + relations + answers + embedding + ranking

  private static let windows: [Setting] = [
    Setting(
      "windows.use", \.windows.isUsed, flag: "windows", .toggle,
      "Read long texts window by window instead of cutting them."),
    Setting(
      "windows.length", \.windows.settings.length, .number("N"),
      "Tokens of a window (default: the longest input)."),
    Setting(
      "windows.overlap", \.windows.settings.overlap, .number("N"),
      "Tokens that a window shares with the one before it (default: a quarter of it)."),
    Setting(
      "windows.pooling", \.windows.settings.pooling, DocumentWindows.Pooling.flagKind,
      "How the scores of a text's windows become one (default: mean)."),
  ]

  private static let tokens: [Setting] = [
    Setting(
      "tokens.scheme", \.tokens.scheme, flag: "tag-scheme", TagSchemeChoice.flagKind,
      "How tags mark where entities begin and end (default: auto, found from the data)."),
    Setting(
      "tokens.convertTo", \.tokens.convertTo, .choice(TagScheme.allCases.map(\.setting)),
      "The scheme that the model learns (default: that of the data)."),
    Setting(
      "tokens.labelledTokens", \.tokens.labelledTokens,
      TokenClassificationSettings.LabelledTokens.flagKind,
      "Which tokens of a word are learned from (default: first)."),
    Setting(
      "tokens.illegalTags", \.tokens.illegalTags,
      TokenClassificationSettings.IllegalTags.flagKind,
      "What becomes of tags in the data that break their scheme (default: repair)."),
    Setting(
      "tokens.illegalTransitions", \.tokens.illegalTransitions,
      TokenClassificationSettings.IllegalTransitions.flagKind,
      "What becomes of predicted tags that may not follow each other (default: repair)."),
    Setting(
      "tokens.crf", \.tokens.crf, flag: "crf", .toggle,
      "Score the tags of a sentence together, by a conditional random field."),
    Setting(
      "tokens.stride", \.tokens.stride, .number("N"),
      "Tokens that two windows over a long row share (default: long rows are cut)."),
    Setting(
      "tokens.tagNames", \.tokens.tagNames, .text("a,b,c"),
      "The names of tags that data files give as numbers from 0."),
  ]

  private static let relations: [Setting] = [
    Setting(
      "relations.markers", \.relations.markers, .text("a,b,c,d"),
      "The tokens before and after both entities (default: [E1],[/E1],[E2],[/E2])."),
    Setting(
      "relations.pooling", \.relations.pooling, RelationExtractionSettings.Pooling.flagKind,
      "Which vectors the relation is read from (default: start-markers)."),
    Setting(
      "relations.noRelation", \.relations.noRelation, .text("label"),
      "The label of rows without a relation (default: found among the usual names)."),
  ]

  private static let answers: [Setting] = [
    Setting(
      "answers.maximumLength", \.answers.maximumLength, .number("N"),
      "Tokens of a question and a window of its text (default: 384)."),
    Setting(
      "answers.overlap", \.answers.overlap, .number("N"),
      "Tokens that a window shares with the one before it (default: 128)."),
    Setting(
      "answers.maximumAnswerLength", \.answers.maximumAnswerLength, .number("N"),
      "Tokens of the longest answer (default: 30)."),
    Setting(
      "answers.candidates", \.answers.candidates, .number("N"),
      "Answers that are compared for a question (default: 20)."),
    Setting(
      "answers.nullThreshold", \.answers.nullThreshold, .number("score"),
      "Score above which a question has no answer (default: chosen on the validation rows)."),
    Setting(
      "answers.unanswerable", \.answers.unanswerable, .toggle,
      "Whether texts may hold no answer (default: found in the training rows)."),
    Setting(
      "answers.normalization", \.answers.normalization,
      QuestionAnsweringSettings.Normalization.flagKind,
      "Whose rules compare answers (default: auto)."),
    Setting(
      "answers.windowsWithoutAnswer", \.answers.windowsWithoutAnswer, .number("share"),
      "Share of windows without the answer that is learned from (default: 1)."),
    Setting(
      "answers.beams", \.answers.beams, .toggle,
      "Look for the end of an answer after its beginning (XLNet's own head)."),
  ]

  private static let embedding: [Setting] = [
    Setting(
      "embedding.pooling", \.embedding.pooling, TextPooling.flagKind,
      "How the vectors of tokens become one (default: as the model's folder says, else mean)."),
    Setting(
      "embedding.normalize", \.embedding.normalizes, .toggle,
      "Whether vectors get the length 1 (default: as the model's folder says, else false)."),
    Setting(
      "embedding.loss", \.embedding.loss, flag: "embedding-loss",
      SentenceEmbeddingSettings.Loss.flagKind,
      "What is learned from (default: cosine with scores, else multiple-negatives-ranking)."),
    Setting(
      "embedding.scale", \.embedding.scale, .number("factor"),
      "What cosines are multiplied with before the softmax (default: 20)."),
    Setting(
      "embedding.symmetric", \.embedding.isSymmetric, .toggle,
      "Whether partners look for their texts as well (default: false)."),
    Setting(
      "embedding.distance", \.embedding.distance, SentenceEmbeddingSettings.Distance.flagKind,
      "The distance of losses with a margin."),
    Setting(
      "embedding.margin", \.embedding.margin, .number("margin"),
      "The margin of triplet and the contrastive losses (default: 5 Euclidean, 0.5 by cosine)."),
    Setting(
      "embedding.cachedBatch", \.embedding.cachedBatch, .number("N"),
      "Texts computed at once in a larger batch, whose memory it bounds."),
    Setting(
      "embedding.maximumScore", \.embedding.maximumScore, .number("score"),
      "The score of two texts that mean the same (default: found in the training rows)."),
  ]

  private static let ranking: [Setting] = [
    Setting(
      "ranking.loss", \.ranking.loss, RankingSettings.Loss.flagKind,
      "What scores are learned towards (default: pointwise).")
  ]
}

extension DocumentWindows.Pooling: SettingChoice {}
extension TagSchemeChoice: SettingChoice {}
extension TokenClassificationSettings.LabelledTokens: SettingChoice {}
extension TokenClassificationSettings.IllegalTags: SettingChoice {}
extension TokenClassificationSettings.IllegalTransitions: SettingChoice {}
extension RelationExtractionSettings.Pooling: SettingChoice {}
extension QuestionAnsweringSettings.Normalization: SettingChoice {}
extension TextPooling: SettingChoice {}
extension SentenceEmbeddingSettings.Loss: SettingChoice {}
extension SentenceEmbeddingSettings.Distance: SettingChoice {}
extension RankingSettings.Loss: SettingChoice {}

extension TagScheme: SettingValue {
  init(setting raw: Recipes.RawValue) throws(ValueMismatch) {
    guard let scheme = raw.word.flatMap(TagScheme.init(named:)) else {
      throw ValueMismatch(
        expected: "one of " + Self.allCases.map(\.setting).joined(separator: ", "))
    }
    self = scheme
  }

  var yaml: String { YAMLScalar.text(setting) }
}
