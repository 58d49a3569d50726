import Finetune
import Foundation

/// A text classifier that lies in the folder of its run.
struct Classifier {
  private let prediction: PredictionRun<TextClassificationTask>

  /// Loads the classifier of a recipe's run, after making the run where there is none.
  ///
  /// A run that was ended before its time is gone on with.
  ///
  /// - Throws: An error of the library, as a sentence.
  init(_ recipe: Recipe) throws {
    let folder = recipe.output.folder
    // The model card is what a run writes last.
    if !Needed.exists("\(folder)/README.md") { try Self.train(recipe) }
    let tuned = try TunedFolder(folder)
    guard let task = tuned.task as? TextClassificationTask else {
      throw NotPrepared(
        description:
          "The model in \(folder) does not classify texts; --output names another folder.")
    }
    let environment = try RunEnvironment(
      device: .automatic, precision: tuned.precision, threads: nil)
    prediction = PredictionRun(try TunedModel(tuned, task: task, environment: environment))
  }

  private static func train(_ recipe: Recipe) throws {
    try Needed.model(recipe.model)
    var recipe = recipe
    recipe.output.resume = Needed.exists("\(recipe.output.folder)/recipe.yaml")
    let sink = ProgressSink(
      isTerminal: false, write: { FileHandle.standardError.write(Data($0.utf8)) })
    let run = TrainingRun(recipe, sink: sink, version: Release.version, control: RunControl())
    _ = try run.execute()
  }

  /// The most probable label of each text.
  func answers(to texts: [String]) throws -> [Guess] {
    var guesses: [Guess] = []
    try prediction.predict(
      texts: texts,
      receive: { prediction in
        guesses.append(
          Guess(label: prediction.answer.label ?? "", probability: prediction.answer.score ?? 0))
      })
    return guesses
  }
}

/// A label, and how probable the model finds it.
struct Guess {
  let label: String
  let probability: Double
}

/// A text, and what it is.
struct LabelledText {
  let text: String
  let label: String
  /// Other columns of the row.
  let others: [String: String]

  /// Reads a table with a column `text`.
  ///
  /// - Throws: `DatasetsError` that names file and line.
  static func read(
    _ file: String, label: String, keeping: [String] = []
  ) throws -> [LabelledText] {
    let table = try TextTable.read(
      URL(filePath: file), mapping: ColumnMapping(label: label, keep: keeping),
      target: .singleLabel)
    return table.rows.compactMap { row in
      guard case .label(let label) = row.target else { return nil }
      return LabelledText(text: row.text, label: label, others: row.extra)
    }
  }
}

extension Guess: CustomStringConvertible {
  /// The label and its probability: `films (0.98)`.
  var description: String { "\(label) (\(Layout.figure(probability)))" }
}
