public import Foundation

/// How good predictions are: scores, intervals, the table by class, the confusion matrix and what
/// is to be known when reading them.
public struct EvaluationReport: Codable, Sendable, Equatable {
  /// What kind of answer was evaluated.
  public var kind: EvaluationKind
  /// The number of rows that were evaluated: sentences, questions, queries or pairs for some kinds.
  public var rows: Int
  /// The scores by name; all are finite.
  ///
  /// What could not be computed is named in ``notes``.
  public var scores: [String: Double] = [:]
  /// Confidence intervals by the score's name.
  public var intervals: [String: ConfidenceInterval] = [:]
  /// How the intervals were made.
  public var bootstrap: BootstrapSettings?
  /// Precision, recall and F1 of each class, type of entity, tag or relation; empty for the kinds
  /// that have none.
  public var classes: [ClassRow] = []
  /// The averages below the classes in the classification report.
  public var averages: [AverageRow] = []
  /// True against predicted classes; nil for the kinds that have none and for very many classes.
  public var confusion: ConfusionMatrix?
  /// What a reader has to know: quotients that were undefined, scores left out and why.
  public var notes: [String] = []
  /// The kinds of mistakes, where the task tells them apart; nil leaves them out.
  public var errors: ErrorBreakdown?
  /// The scores of parts of the rows; nil leaves them out.
  public var slices: [SliceTable]?
  /// How far probabilities can be trusted; nil leaves it out.
  public var calibration: CalibrationReport?
  /// How long the rows are; nil leaves it out.
  public var lengths: LengthHistogram?
  /// Losses and scores in the course of training; nil leaves them out.
  public var curves: [Curve]?
  /// The rows of highest loss; nil leaves them out.
  public var hardest: [HardRow]?

  init(kind: EvaluationKind, rows: Int) {
    self.kind = kind
    self.rows = rows
  }

  /// The scores of one class.
  public struct ClassRow: Codable, Sendable, Equatable {
    /// The class.
    public var label: String
    /// How many of those predicted are right; nil where the class occurs nowhere.
    public var precision: Double?
    /// How many of those true were found; nil where the class occurs nowhere.
    public var recall: Double?
    /// The harmonic mean of the two; nil where the class occurs nowhere.
    public var f1: Double?
    /// The rows in which it is true.
    public var support: Int
    /// The rows in which it was predicted.
    public var predicted: Int
    /// The rows in which it is true and was predicted.
    public var truePositives: Int
  }

  /// An average over the classes.
  public struct AverageRow: Codable, Sendable, Equatable {
    /// "macro avg", "weighted avg", "micro avg" or "samples avg".
    public var name: String
    /// The average precision of the classes (not the area under their curve).
    public var precision: Double
    /// The average recall.
    public var recall: Double
    /// The average F1.
    public var f1: Double
    /// All true labels together.
    public var support: Int
  }

  /// The report as JSON, keys in order, for machines.
  ///
  /// - Throws: What `JSONEncoder` throws.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }

  /// Reads a report that ``json()`` wrote.
  ///
  /// - Throws: `DecodingError` when it is not one.
  public init(json: Data) throws {
    self = try JSONDecoder().decode(EvaluationReport.self, from: json)
  }

  mutating func record(_ settings: BootstrapSettings, made resamples: Int) {
    bootstrap = settings
    bootstrap?.resamples = resamples
    guard resamples < settings.resamples else { return }
    notes.append(
      "the intervals rest on \(resamples) instead of \(settings.resamples) resamples, because there"
        + " are \(rows) rows")
  }
}
