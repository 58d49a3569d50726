public import Datasets
public import Foundation
internal import Models
public import Tasks
internal import Tokenizers
public import Training

/// Answers for texts: a file, sentences, or lines as they come.
public struct PredictionRun {
  /// The classifier.
  public let classifier: TunedClassifier
  /// Which columns of a file are meant.
  public var columns = ColumnChoice()
  /// How much goes into one batch.
  public var batch = BatchSize.tokens(8192)
  /// Whether every label's probability is told.
  public var allScores = false
  /// Whether the text is repeated in the answer.
  public var withText = true
  /// The probability from which a label of a multi-label task is predicted.
  public var threshold = 0.5
  /// Lets another thread end the work.
  public var control = RunControl()

  /// Rows of a file that are in memory at once.
  private static let window = 8192

  /// Makes a run with the defaults.
  public init(_ classifier: TunedClassifier) {
    self.classifier = classifier
  }

  /// Answers for each text, in order; `receive` gets each answer, `notes` a sentence when texts were
  /// cut.
  ///
  /// - Returns: How much it was, and how long it took.
  @discardableResult
  public func predict(
    texts: [String], notes: (String) -> Void = { _ in },
    receive: (TextPrediction) throws -> Void
  ) throws -> PredictionSummary {
    var cut = CutNote(limit: try classifier.encoding(expectsLabels: false).options.maximumLength)
    let rows = texts.enumerated().map { index, text in
      TextRow(text: text, location: RowLocation(file: "input", line: index + 1))
    }
    let summary = try predict(rows, isFile: false, &cut, receive)
    cut.text.map(notes)
    return summary
  }

  /// Answers for each row of a file, in order, without holding the file.
  ///
  /// - Parameters:
  ///   - file: The rows.
  ///   - notes: Gets sentences on how the file was read.
  ///   - receive: Gets each answer.
  /// - Returns: How much it was, and how long it took.
  /// - Throws: `DatasetsError` when the file cannot be read; no answer is left out.
  @discardableResult
  public func predict(
    file: URL, notes: (String) -> Void, receive: (TextPrediction) throws -> Void
  ) throws -> PredictionSummary {
    let reader = try TextRowReader(
      file, format: columns.fileFormat,
      mapping: columns.mapping(classifier.recipe, expectsLabels: false), target: .none)
    var cut = CutNote(limit: try classifier.encoding(expectsLabels: false).options.maximumLength)
    var rows: [TextRow] = []
    var summary = PredictionSummary()
    while let row = try reader.next() {
      rows.append(row)
      if rows.count == Self.window {
        summary += try predict(rows, isFile: true, &cut, receive)
        rows.removeAll(keepingCapacity: true)
      }
    }
    summary += try predict(rows, isFile: true, &cut, receive)
    reader.notes.forEach(notes)
    cut.text.map(notes)
    return summary
  }

  private func predict(
    _ rows: [TextRow], isFile: Bool, _ cut: inout CutNote,
    _ receive: (TextPrediction) throws -> Void
  ) throws -> PredictionSummary {
    let encoding = try classifier.encoding(expectsLabels: false)
    try UncuttableRows(encoding).refuse(rows)
    let ((encodings, examples), tokenizing) = try ContinuousClock.timed {
      let encodings = try encoding.encode(rows)
      return (encodings, try encoding.examples(rows, encodings))
    }
    cut.add(encodings)
    var summary = PredictionSummary()
    summary.rows = rows.count
    summary.tokens = examples.reduce(0) { $0 + $1.tokenCount }
    summary.seconds.tokenizing = tokenizing
    var evaluator = Evaluator(classifier.task, batch: batch.holding(examples))
    evaluator.progress = { [control] _ in
      if control.isInterrupted { throw Interrupted() }
    }
    var next = 0
    let (_, answering) = try ContinuousClock.timed {
      try evaluator.predict(examples) { outputs, _ in
        let (_, writing) = try ContinuousClock.timed {
          for output in outputs {
            try receive(answer(output, rows[next], encodings[next], isFile: isFile))
            next += 1
          }
        }
        summary.seconds.writing += writing
      }
    }
    summary.seconds.computing = answering - summary.seconds.writing
    return summary
  }

  /// The answer for a row.
  private func answer(
    _ output: ClassificationOutput, _ row: TextRow, _ encoding: Encoding, isFile: Bool
  ) -> TextPrediction {
    var answer = TextPrediction(
      output, labels: classifier.labels, threshold: threshold, allScores: allScores)
    answer.describe(row, withText: withText)
    if !isFile { (answer.file, answer.line) = (nil, nil) }
    answer.truncatedTokens = encoding.truncatedTokens.positive
    return answer
  }
}
