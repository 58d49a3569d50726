public import Datasets
public import Models

/// The answer for one text, as one line of `predictions.jsonl` holds it.
public struct TextPrediction: TaskAnswer, Codable, Equatable {
  /// The most probable label.
  public var label: String?
  /// The labels whose probability reaches the threshold, of a multi-label task.
  public var labels: [String]?
  /// The probability of ``label``.
  public var score: Double?
  /// The predicted number, of a regression.
  public var value: Double?
  /// The probability of every label, on request.
  public var scores: [String: Double]?
  /// What the row's label is, where the data have one.
  public var expected: RowAnswer?

  /// What a row's label is.
  public enum RowAnswer: Codable, Sendable, Equatable {
    /// One label.
    case label(String)
    /// Several.
    case labels([String])
    /// A number.
    case value(Double)

    /// The target of a row; nil when it has none of this task.
    public init?(_ target: RowTarget) {
      switch target {
      case .label(let label): self = .label(label)
      case .labels(let labels): self = .labels(labels)
      case .value(let value): self = .value(value)
      case .tags, .answers, .choice, .grades, .none: return nil
      }
    }

    /// Reads a text, a list or a number.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Double.self) {
        self = .value(value)
      } else if let label = try? container.decode(String.self) {
        self = .label(label)
      } else {
        self = .labels(try container.decode([String].self))
      }
    }

    /// Writes a text, a list or a number.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .label(let label): try container.encode(label)
      case .labels(let labels): try container.encode(labels)
      case .value(let value): try container.encode(value)
      }
    }
  }

  /// Reads an answer from a model's output.
  ///
  /// - Parameters:
  ///   - output: The logits.
  ///   - labels: The model's labels and problem.
  ///   - threshold: The probability from which a label of a multi-label task is predicted.
  ///   - allScores: Whether every label's probability is told.
  public init(
    _ output: ClassificationOutput, labels: ClassificationLabels, threshold: Double = 0.5,
    allScores: Bool = false
  ) {
    switch labels.problem {
    case .regression:
      value = output.logits.first.map(Double.init)
    case .singleLabel:
      let probabilities = output.exclusiveProbabilities
      label = labels.names[output.best]
      score = probabilities[output.best]
      if allScores { scores = Self.named(probabilities, labels.names) }
    case .multiLabel:
      let probabilities = output.independentProbabilities
      self.labels = labels.names.indices.filter { probabilities[$0] >= threshold }
        .map { labels.names[$0] }
      if allScores { scores = Self.named(probabilities, labels.names) }
    }
  }

  private static func named(_ probabilities: [Double], _ names: [String]) -> [String: Double] {
    Dictionary(zip(names, probabilities), uniquingKeysWith: { first, _ in first })
  }
}
