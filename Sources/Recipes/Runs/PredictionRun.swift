public import Datasets
public import Foundation
public import Tasks
internal import Tokenizers
public import Training

/// Answers for texts: a file, sentences, or lines as they come.
public struct PredictionRun<Task: TaskDeclaration> {
  /// The model.
  public let tuned: TunedModel<Task>
  /// Which columns of a file are meant.
  public var columns = ColumnChoice()
  /// How much goes into one batch.
  public var batch = BatchSize.tokens(8192)
  /// How much is told of each row.
  public var options = AnswerOptions()
  /// Whether the text is repeated in the answer.
  public var withText = true
  /// Lets another thread end the work.
  public var control = RunControl()

  /// Rows of a file that are in memory at once.
  private static var window: Int { 8192 }

  /// Makes a run with the defaults.
  public init(_ tuned: TunedModel<Task>) {
    self.tuned = tuned
  }

  /// Answers for each text, in order; `receive` gets each answer, `notes` a sentence when texts were
  /// cut.
  ///
  /// - Returns: How much it was, and how long it took.
  /// - Throws: `TasksError` when a row of this task takes more than one text.
  @discardableResult
  public func predict(
    texts: [String], notes: (String) -> Void = { _ in },
    receive: (Prediction<Task.Answer>) throws -> Void
  ) throws -> PredictionSummary {
    var cut = CutNote(limit: tuned.encoder.options.maximumLength)
    let rows = try texts.enumerated().map { index, text in
      try tuned.task.row(text, at: RowLocation(file: "input", line: index + 1))
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
    file: URL, notes: (String) -> Void, receive: (Prediction<Task.Answer>) throws -> Void
  ) throws -> PredictionSummary {
    let reader = try tuned.task.reader(
      file, columns.reading(tuned.recipe, expectsTarget: false))
    var cut = CutNote(limit: tuned.encoder.options.maximumLength)
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
    _ receive: (Prediction<Task.Answer>) throws -> Void
  ) throws -> PredictionSummary {
    try UncuttableRows(tuned.task, tuned.encoder).refuse(rows)
    let (encoded, tokenizing) = try ContinuousClock.timed {
      try tuned.task.encode(rows, labels: nil, with: tuned.encoder, for: .prediction)
    }
    cut.add(encoded)
    let examples = encoded.flatMap(\.examples)
    var summary = PredictionSummary()
    summary.rows = rows.count
    summary.tokens = examples.reduce(0) { $0 + $1.tokenCount }
    summary.seconds.tokenizing = tokenizing
    var evaluator = Evaluator(tuned.model, batch: batch.holding(examples))
    evaluator.progress = { [control] _ in
      if control.isInterrupted { throw Interrupted() }
    }
    var next = 0
    let (_, answering) = try ContinuousClock.timed {
      try evaluator.predict(examples) { outputs, _ in
        let (_, writing) = try ContinuousClock.timed {
          for output in outputs {
            let answer = try tuned.task.answer(output, to: rows[next], of: tuned.model, options)
            try receive(
              Prediction(
                answer, to: rows[next], truncatedTokens: encoded[next].truncatedTokens,
                withText: withText, withPlace: isFile))
            next += 1
          }
        }
        summary.seconds.writing += writing
      }
    }
    summary.seconds.computing = answering - summary.seconds.writing
    return summary
  }
}
