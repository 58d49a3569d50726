internal import Evaluation
internal import Models

/// How questions are answered from a text: windows, the search for the answer, and whose scores count.
public struct QuestionAnsweringSettings: Codable, Sendable, Equatable {
  /// How predicted and expected answers are made comparable.
  public enum Normalization: String, Codable, Sendable, CaseIterable {
    /// CMRC's where most letters of the training rows' texts are Chinese and every question has an
    /// answer, else SQuAD's.
    case automatic = "auto"
    /// SQuAD's: words, without case, punctuation and articles.
    case squad
    /// CMRC's, for Chinese: characters.
    case cmrc
  }

  /// Tokens of question, special tokens and a part of the text together, at most.
  public var maximumLength: Int
  /// Tokens of the text that a window shares with the one before it.
  public var overlap: Int
  /// Tokens of the longest answer.
  public var maximumAnswerLength: Int
  /// Answers that are compared, and places of beginnings and of ends that are looked at in a window.
  public var candidates: Int
  /// The score of "no answer", less that of the best answer, above which a question is taken to have
  /// none.
  ///
  /// nil chooses it on the validation rows, as SQuAD 2.0's script does, so that F1 is best; it is 0
  /// without such rows.
  public var nullThreshold: Double?
  /// Whether the text may hold no answer; nil asks the training rows whether it is so for one.
  public var unanswerable: Bool?
  /// How answers are compared.
  public var normalization: Normalization
  /// The share of windows without the answer that is learned from, where another window of the same
  /// text has it: 0 to 1.
  public var windowsWithoutAnswer: Double
  /// Whether the model looks for the end of an answer after its beginning, with Transformers' own
  /// head for that; of the families only XLNet has it.
  public var beams: Bool

  /// Makes settings; each has a default.
  public init(
    maximumLength: Int = 384, overlap: Int = 128, maximumAnswerLength: Int = 30,
    candidates: Int = 20, nullThreshold: Double? = nil, unanswerable: Bool? = nil,
    normalization: Normalization = .automatic, windowsWithoutAnswer: Double = 1,
    beams: Bool = false
  ) {
    self.maximumLength = maximumLength
    self.overlap = overlap
    self.maximumAnswerLength = maximumAnswerLength
    self.candidates = candidates
    self.nullThreshold = nullThreshold
    self.unanswerable = unanswerable
    self.normalization = normalization
    self.windowsWithoutAnswer = windowsWithoutAnswer
    self.beams = beams
  }

  /// Refuses values with which nothing can be answered.
  ///
  /// - Throws: ``TasksError``.
  public func validate() throws {
    try WindowSettings(length: maximumLength, overlap: overlap).validate()
    func require(_ holds: Bool, _ sentence: String) throws {
      if !holds { throw TasksError(.setting, sentence) }
    }
    try require(
      maximumAnswerLength >= 1,
      "The longest answer has \(maximumAnswerLength) tokens; it must have at least 1.")
    try require(
      candidates >= 1, "The number of candidates is \(candidates); it must be at least 1.")
    try require(
      nullThreshold?.isFinite != false,
      "The null threshold is \(nullThreshold ?? 0); it must be a finite number.")
    try require(
      (0...1).contains(windowsWithoutAnswer),
      "The share of windows without an answer is \(windowsWithoutAnswer); it must be from 0 to 1.")
    try require(
      normalization != .cmrc || unanswerable != true,
      "CMRC's scores know no question without an answer: choose the normalization squad, or leave "
        + "such questions out.")
  }

  /// The key of a tuned model's `config.json` under which its settings stand.
  static let configurationKey = "finetune_question_answering"

  /// Whose rules compare answers.
  var rules: AnswerRules {
    switch (normalization, unanswerable == true) {
    case (_, true): .squad2
    case (.cmrc, false): .cmrc
    case (_, false): .squad1
    }
  }
}
