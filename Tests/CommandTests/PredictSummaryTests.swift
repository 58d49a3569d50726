import Foundation
import Testing

/// `predict --summary`: how much was answered, and how long it took.
@Suite struct PredictSummaryTests {
  let desk: Desk
  let own: Desk

  init() throws {
    desk = try TunedRun.shared.get().desk
    own = try Desk()
  }

  private func predict(_ arguments: String..., input: String = "") throws -> Program.Outcome {
    try desk.program.run(
      ["predict", "runs/reviews", "--threads", "1", "--summary", own.url("summary.json").path]
        + arguments, input: Data(input.utf8))
  }

  private func summary() throws -> [String: Any] { try JSON.object(own.text("summary.json")) }

  @Test func theSummaryOfAFileCountsItsRowsAndTokens() throws {
    let outcome = try predict("test.csv")
    #expect(outcome.status == 0 && outcome.lines.count == 40)
    let summary = try summary()
    #expect(summary["rows"] as? Int == 40)
    // Every word of the sentences is a token, and each sentence has two special ones.
    let words = try desk.text("test.csv").split(separator: "\n").dropFirst()
      .map { $0.split(separator: ",")[1].split(separator: " ").count + 2 }
    #expect(summary["tokens"] as? Int == words.reduce(0, +))
  }

  @Test func theSummaryTellsTimeSpeedAndMemory() throws {
    #expect(try predict("a good film").status == 0)
    let summary = try summary()
    let seconds = summary["seconds"] as? [String: Double] ?? [:]
    #expect(seconds.keys.sorted() == ["computing", "tokenizing", "writing"])
    #expect(seconds.values.allSatisfy { $0 > 0 })
    let speed = summary["tokensPerSecond"] as? Double ?? 0
    let tokens = summary["tokens"] as? Double ?? 0
    #expect(abs(speed * (seconds["computing"] ?? 0) - tokens) < 1e-6)
    #expect(summary["peakMemoryBytes"] as? Int ?? 0 > 1_000_000)
  }

  @Test func linesOfStandardInputAddUp() throws {
    #expect(try predict(input: "a good film\na bad film\n").status == 0)
    #expect(try summary()["rows"] as? Int == 2)
  }

  @Test func workThatFailsLeavesNoSummary() throws {
    try own.write("bad.csv", "text\ngood\nmuch,too,much\n")
    let outcome = try predict(own.url("bad.csv").path)
    #expect(outcome.status == 1)
    #expect(!own.names(".").contains { $0.contains("summary") })
  }

  @Test func aPlaceThatCannotBeWrittenToIsRefusedBeforeTheWork() throws {
    let outcome = try desk.program.run("predict", "runs/reviews", "good", "--summary", "no/such/x")
    #expect(outcome.status == 1 && outcome.output.isEmpty)
    #expect(outcome.sentence.contains("folder does not exist"))
  }
}
