import ArgumentParser
import Finetune
import Foundation

/// Answers that are there already, found by meaning: a sentence encoder and the nearest vector.
struct BestAnswerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "best-answer",
    abstract: "The best of the answers that are stored (chatterbot-corpus).",
    discussion: """
      Embeds questions and answers, and answers those given, or each line of standard input. With \
      --evaluate it looks for the answers of the questions that tuning has not seen.

      EXAMPLE
        python3 Examples/prepare.py chatterbot runs/data/chatterbot
        applications best-answer "my laptop gets too hot" "what are you made of"
        finetune train Examples/best-answer.yaml
        applications best-answer --model runs/best-answer --evaluate
      """)

  @Option(help: "The folder that Examples/prepare.py wrote.")
  var data = "runs/data/chatterbot"

  @Option(help: "english, or chinese for a model that knows it.")
  var language = "english"

  @Option(help: "The sentence encoder: a tuned one, or any of sentence-transformers.")
  var model = "demo/model"

  @Option(help: "Answers told of each question.")
  var count = 3

  @Flag(help: "Scores the encoder on the questions that are kept for it.")
  var evaluate = false

  @Argument(help: "Questions.")
  var questions: [String] = []

  func validate() throws {
    guard count > 0 else { throw ValidationError("--count must be at least 1.") }
  }

  func run() throws {
    TensorMemory.startCaching()
    let learned = try rows("train")
    let kept = try rows("test")
    try Needed.model(model)
    let folder = URL(filePath: model, directoryHint: .isDirectory)
    let embedder = try TextEmbedder(folder: folder, threads: Engine.threadCount)
    embedder.notes.forEach { FileHandle.standardError.write(Data("Note: \($0)\n".utf8)) }
    let store = try AnswerStore(learned + kept, embedder)
    if evaluate { try judge(store, kept) }
    try questions.forEach { try answer($0, from: store) }
    if questions.isEmpty, !evaluate {
      while let line = readLine() {
        if !line.allSatisfy(\.isWhitespace) { try answer(line, from: store) }
      }
    }
  }

  private func rows(_ name: String) throws -> [TextRow] {
    let file = try Needed.file(
      "\(data)/\(language)/\(name).jsonl",
      otherwise: "python3 Examples/prepare.py chatterbot \(data) fetches the corpus and writes it, "
        + "for --language english and chinese.")
    return try TextTable.read(
      URL(filePath: file), mapping: ColumnMapping(text: "question", pair: "answer", label: nil),
      target: .none
    ).rows
  }

  private func answer(_ question: String, from store: AnswerStore) throws {
    print("\n\(question)")
    for found in try store.best(count, for: question) {
      print("  \(Layout.figure(found.similarity))  \(found.text)")
    }
  }

  private func judge(_ store: AnswerStore, _ rows: [TextRow]) throws {
    let ranks = try store.ranks(of: rows)
    let reciprocal = ranks.reduce(0) { $0 + 1 / Double($1) } / Double(max(ranks.count, 1))
    print("\(ranks.count) questions that tuning has not seen, \(store.answers.count) answers:\n")
    print(
      Layout.table([
        ["right answer first", Layout.percent(ranks.share { $0 == 1 })],
        ["among the first five", Layout.percent(ranks.share { $0 <= 5 })],
        ["mean of 1 / rank (MRR)", Layout.figure(reciprocal)],
      ]))
  }
}
