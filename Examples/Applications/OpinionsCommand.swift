import ArgumentParser
import Finetune
import Foundation

/// What a text is about and what it thinks of it: two classifiers side by side.
struct OpinionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "opinions",
    abstract: "Topic and sentiment of news, reviews and tweets (the ratings of vaderSentiment).",
    discussion: """
      Tunes two models at the first call, shows how sentiment differs by topic on test data, and \
      answers the texts given.

      EXAMPLE
        python3 Examples/prepare.py opinions runs/data/opinions
        applications opinions "The battery is dead." "What a lovely film."
      """)

  @Option(help: "The folder that Examples/prepare.py wrote.")
  var data = "runs/data/opinions"

  @Option(help: "The pre-trained model.")
  var model = "demo/model"

  @Option(help: "The tuned models: -topic and -sentiment are added.")
  var output = "runs/opinions"

  @Option(help: "Passes over the training rows.")
  var epochs = 2.0

  @Argument(help: "Texts to answer.")
  var texts: [String] = []

  private static let sentiments = ["negative", "neutral", "positive"]

  func run() throws {
    TensorMemory.startCaching()
    let rows = try LabelledText.read(file("test"), label: "label", keeping: ["topic"])
    let topic = try Classifier(recipe("topic", column: "topic"))
    let sentiment = try Classifier(recipe("sentiment", column: "label"))
    try judge(rows, topic, sentiment)
    let answers = zip(try topic.answers(to: texts), try sentiment.answers(to: texts))
    for (text, answer) in zip(texts, answers) {
      print("\n\(text)\n  topic: \(answer.0), sentiment: \(answer.1)")
    }
  }

  private func recipe(_ name: String, column: String) throws -> Recipe {
    Recipe(
      model: model, task: TaskConfiguration(problem: .singleLabel),
      data: DataConfiguration(
        train: try file("train"), validation: .share(0.1), labelColumn: column, maxLength: 128),
      training: TrainingConfiguration(
        length: .epochs(epochs), batch: .tokens(1024), metricForBest: "f1_macro"),
      optimizer: OptimizerConfiguration(learningRate: 1e-4),
      output: OutputConfiguration(folder: "\(output)-\(name)"))
  }

  private func file(_ name: String) throws -> String {
    try Needed.file(
      "\(data)/\(name).csv",
      otherwise: "python3 Examples/prepare.py opinions \(data) fetches the texts and writes it.")
  }

  /// Prints how often both are right, and the sentiments that are told of each topic beside those
  /// that people gave.
  private func judge(
    _ rows: [LabelledText], _ topic: Classifier, _ sentiment: Classifier
  ) throws {
    let topics = try topic.answers(to: rows.map(\.text)).map(\.label)
    let sentiments = try sentiment.answers(to: rows.map(\.text)).map(\.label)
    let told = zip(topics, sentiments).map { Cell(topic: $0, sentiment: $1) }
    let given = rows.map { Cell(topic: $0.others["topic"] ?? "", sentiment: $0.label) }
    let both = Array(zip(told, given))
    print("Test data, \(rows.count) texts:\n")
    print("topic right:     \(Layout.percent(both.share { $0.0.topic == $0.1.topic }))")
    print("sentiment right: \(Layout.percent(both.share { $0.0.sentiment == $0.1.sentiment }))")
    print("\nTexts of each kind, as the models tell and (in brackets) as people gave:\n")
    let lines = Set(given.map(\.topic)).sorted().map { topic in
      [topic]
        + Self.sentiments.map { sentiment in
          let cell = Cell(topic: topic, sentiment: sentiment)
          return "\(told.count { $0 == cell }) (\(given.count { $0 == cell }))"
        }
    }
    print(Layout.table([["topic"] + Self.sentiments] + lines))
  }

  /// A topic and a sentiment together.
  private struct Cell: Equatable {
    let topic: String
    let sentiment: String
  }
}
