import ArgumentParser
import Finetune
import Foundation

/// A customer service that knows what it does not know: 150 intents, and "out of scope".
struct IntentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "intents",
    abstract: "What a customer wants, or that it is nothing the service knows (CLINC150).",
    discussion: """
      Tunes a model at the first call, chooses the probability below which a request is out of \
      scope, shows what that does on test data, and answers the sentences given.

      EXAMPLE
        applications intents "freeze my account" "who painted the mona lisa"
      """)

  @Option(help: "The folder with train.csv, val.csv, test.csv and oos_test.csv (text, label).")
  var data = "../shared/data/clinc150_en"

  @Option(help: "The pre-trained model.")
  var model = "demo/model"

  @Option(help: "The folder of the tuned model.")
  var output = "runs/intents"

  @Option(help: "Passes over the training rows.")
  var epochs = 5.0

  @Argument(help: "Sentences to answer.")
  var sentences: [String] = []

  /// The rows of CLINC150; half of those that are out of scope are chosen by, half judged by.
  private struct Rows {
    var chosenBy: [LabelledText]
    var judgedBy: [LabelledText]
    var unknownChosenBy: [LabelledText] = []
    var unknownJudgedBy: [LabelledText] = []
  }

  func run() throws {
    TensorMemory.startCaching()
    let rows = try rows()
    let classifier = try Classifier(recipe())
    let threshold = try threshold(classifier, rows)
    try judge(threshold, classifier, rows)
    for (sentence, guess) in zip(sentences, try classifier.answers(to: sentences)) {
      print("\n\(sentence)")
      print(guess.probability < threshold ? "  out of scope; nearest: \(guess)" : "  \(guess)")
    }
  }

  private func recipe() throws -> Recipe {
    Recipe(
      model: model, task: TaskConfiguration(problem: .singleLabel),
      data: DataConfiguration(
        train: try file("train"), validation: .file(try file("val")), maxLength: 64),
      training: TrainingConfiguration(
        length: .epochs(epochs), batch: .tokens(1024), labelSmoothing: 0.1,
        metricForBest: "accuracy"),
      optimizer: OptimizerConfiguration(learningRate: 3e-4),
      schedule: ScheduleConfiguration(kind: .cosine, warmup: .ratio(0.1)),
      output: OutputConfiguration(folder: output))
  }

  private func file(_ name: String) throws -> String {
    try Needed.file(
      "\(data)/\(name).csv",
      otherwise: "CLINC150 (github.com/clinc/oos-eval) is expected there as train.csv, val.csv, "
        + "test.csv and oos_test.csv with the columns text and label; --data names another folder.")
  }

  private func rows() throws -> Rows {
    var rows = Rows(
      chosenBy: try LabelledText.read(file("val"), label: "label"),
      judgedBy: try LabelledText.read(file("test"), label: "label"))
    for (place, row) in try LabelledText.read(file("oos_test"), label: "label").enumerated() {
      if place.isMultiple(of: 2) {
        rows.unknownChosenBy.append(row)
      } else {
        rows.unknownJudgedBy.append(row)
      }
    }
    return rows
  }

  private func threshold(_ classifier: Classifier, _ rows: Rows) throws -> Double {
    let threshold = ScopeThreshold(
      known: try classifier.answers(to: rows.chosenBy.map(\.text)).map(\.probability),
      unknown: try classifier.answers(to: rows.unknownChosenBy.map(\.text)).map(\.probability))
    let lines = threshold.curve + [threshold.best]
    print("Validation data:\n")
    print(
      Layout.table(
        [["out of scope below", "let through", "found", "balanced accuracy"]]
          + lines.map { point in
            [
              Layout.figure(point.threshold), Layout.percent(point.kept),
              Layout.percent(point.found), Layout.percent(point.balancedAccuracy),
            ]
          }))
    print("\nChosen: \(Layout.figure(threshold.best.threshold)), the last line.")
    return threshold.best.threshold
  }

  /// Prints what the test data say, with the threshold and without.
  private func judge(_ threshold: Double, _ classifier: Classifier, _ rows: Rows) throws {
    let known = zip(rows.judgedBy, try classifier.answers(to: rows.judgedBy.map(\.text)))
      .map { (isRight: $0.label == $1.label, probability: $1.probability) }
    let unknown = try classifier.answers(to: rows.unknownJudgedBy.map(\.text))
    func line(_ name: String, _ limit: Double) -> [String] {
      [
        name, Layout.percent(known.share { $0.isRight && $0.probability >= limit }),
        Layout.percent(unknown.share { $0.probability < limit }),
      ]
    }
    print("\nTest data, \(known.count) requests in scope and \(unknown.count) out of it:\n")
    print(
      Layout.table([
        ["", "in scope: right", "out of scope: found"], line("without a threshold", 0),
        line("below \(Layout.figure(threshold)) out of scope", threshold),
      ]))
  }
}
