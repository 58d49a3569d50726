/// What kind of answer is evaluated.
public enum EvaluationKind: String, Codable, Sendable, CaseIterable {
  /// One of two classes; the second one is the positive class, as in scikit-learn.
  case binary
  /// One of several classes.
  case multiclass
  /// Any number of classes a row.
  case multilabel
  /// A number.
  case regression
  /// A tag for each word: entities, parts of speech, chunks.
  case tokens
  /// The relation of two marked entities.
  case relations
  /// A span of a context that answers a question, or none.
  case answers
  /// The documents of a collection, best first, for a query.
  case retrieval
  /// How alike two texts are.
  case similarity
  /// One of a row's own choices.
  case choice
  /// The candidates of a query, best first.
  case ranking
}

extension EvaluationKind {
  /// What a row is called, singular and plural.
  var rowNames: (one: String, many: String) {
    switch self {
    case .binary, .multiclass, .multilabel, .regression: ("row", "rows")
    case .tokens, .relations: ("sentence", "sentences")
    case .answers, .choice: ("question", "questions")
    case .retrieval, .ranking: ("query", "queries")
    case .similarity: ("pair", "pairs")
    }
  }

  /// The type that evaluates it.
  var evaluation: String {
    switch self {
    case .binary, .multiclass, .multilabel: "ClassificationEvaluation"
    case .regression: "RegressionEvaluation"
    case .tokens: "TokenEvaluation"
    case .relations: "RelationEvaluation"
    case .answers: "AnswerEvaluation"
    case .retrieval, .ranking: "RankingEvaluation"
    case .similarity: "SimilarityEvaluation"
    case .choice: "ChoiceEvaluation"
    }
  }
}
