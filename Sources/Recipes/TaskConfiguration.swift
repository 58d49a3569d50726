/// What a model is for.
public struct TaskConfiguration: Codable, Sendable, Equatable {
  /// The kind of task.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// A text, or a pair of texts, gets labels or a number.
    case textClassification = "text-classification"
    /// Each word of a text gets a tag: entities, parts of speech, chunks.
    case tokenClassification = "token-classification"
    /// Two marked entities of a text get the relation between them.
    case relationExtraction = "relation-extraction"
    /// A question is answered by a part of a text.
    case questionAnswering = "question-answering"
    /// A text gets a vector, near to those of texts that mean the same.
    case sentenceEmbedding = "sentence-embedding"
    /// One of a question's own answers is chosen.
    case multipleChoice = "multiple-choice"
    /// The documents of a query are put into the order of how well they answer it.
    case ranking
  }

  /// What the labels of a text classification are.
  public enum Problem: String, Codable, Sendable, CaseIterable {
    /// Found from the data: several label columns or a separator mean `multi-label`; a column of
    /// numbers with a fraction means `regression`; else `single-label`. The run says which.
    case automatic = "auto"
    /// Each row has one of two or more labels; cross-entropy.
    case singleLabel = "single-label"
    /// Each row has any number of labels; binary cross-entropy.
    case multiLabel = "multi-label"
    /// Each row has a number; mean squared error.
    case regression
  }

  /// The kind of task.
  public var kind: Kind
  /// What the labels are; found from the data by default.
  public var problem: Problem

  /// Makes a configuration; every value left out has its documented default.
  public init(kind: Kind = .textClassification, problem: Problem = .automatic) {
    self.kind = kind
    self.problem = problem
  }
}

extension TaskConfiguration.Problem {
  /// The score that tells the best weights when a recipe names none; nil while the problem is
  /// still ``automatic``.
  ///
  /// One label a row: accuracy, which is what "how often is it right" means to most readers and
  /// jumps least on small validation sets (name `f1_macro` where classes are rare and matter).
  /// Several labels: micro F1, because whole rows right are too few at first to tell weights
  /// apart. A number: the mean squared error that is trained on, which exists even while all
  /// predictions are equal, as a correlation does not.
  public var metricForBest: String? {
    switch self {
    case .automatic: nil
    case .singleLabel: "accuracy"
    case .multiLabel: "f1_micro"
    case .regression: "mse"
    }
  }
}
