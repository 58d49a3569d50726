import Foundation
import Testing

/// Interrupts at any moment, and going on from them.
@Suite struct ResumeTests {
  let desk: Desk

  init() throws {
    desk = try Desk()
    try desk.write("train.csv", Sentences.csv(400, seed: 4))
  }

  /// A run of 80 steps, long enough to be met in the middle of an epoch.
  private func flags(_ output: String) -> [String] {
    [
      "train", "--model", "slow", "--task", "text-classification", "--train", "train.csv",
      "--validation", "validation.csv", "--threads", "1", "--precision", "fp32", "--batch-size",
      "10", "--epochs", "2", "--log-every", "7", "--save-every", "11", "--output", output,
    ]
  }

  private func checkResumed(_ first: Program.Outcome, status: Int32) throws {
    #expect(first.status == status)
    let kept = try desk.program.run("train", "run/recipe.yaml", "--resume")
    #expect(kept.status == 0)
    #expect(kept.error.contains("Resuming after step"))
    #expect(try desk.program.run(flags("whole")).status == 0)
    #expect(try desk.data("run/model.safetensors") == desk.data("whole/model.safetensors"))
    #expect(try desk.data("run/evaluation.json") == desk.data("whole/evaluation.json"))
    try checkRecords()
    #expect(!desk.names("run").contains { $0.hasSuffix(".partial") })
  }

  /// The records of `run` are those of `whole`: no hole, no double.
  private func checkRecords() throws {
    func scores(_ run: String) throws -> [String] {
      try desk.lines("\(run)/metrics.jsonl").filter { $0["kind"] as? String != "train" }
        .map { record in
          let values = record["values"] as? [String: Any] ?? [:]
          let loss = values["loss"] as? Double ?? .nan
          return "\(record["kind"] ?? "") \(record["step"] ?? "") \(loss)"
        }
    }
    #expect(try scores("run") == scores("whole"))
    let steps = try desk.lines("run/metrics.jsonl").filter { $0["kind"] as? String == "train" }
      .compactMap { $0["step"] as? Int }
    #expect(steps == Array(Set(steps)).sorted())
    let whole = try desk.lines("whole/metrics.jsonl").compactMap { $0["step"] as? Int }
    #expect(Set(whole).subtracting(steps).isEmpty)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func aSignalStoresTheStateAndTheRunGoesOnBitForBit(signal: Int32) throws {
    let first = try desk.program.run(flags("run"), until: "  loss ", signal: signal)
    #expect(first.sentence == "Interrupted. Go on with: finetune train run/recipe.yaml --resume")
    try checkResumed(first, status: 128 + signal)
  }

  @Test func aDiskThatFillsUpLeavesTheLastStateWhole() throws {
    let first = try desk.program.run(flags("run"), until: "  loss ", signal: SIGINT)
    let state = try desk.data("run/resume/state.json")
    // Files of at most 64 KiB: the weights of this model are larger.
    let full = try desk.program.shell(
      "trap '' XFSZ; ulimit -f 64; finetune train run/recipe.yaml --resume")
    #expect(full.status == 1)
    #expect(full.sentence.contains("larger than this process may write"))
    #expect(full.error.contains("Go on with: finetune train run/recipe.yaml --resume"))
    #expect(try desk.data("run/resume/state.json") == state)
    try checkResumed(first, status: 130)
  }

  @Test func aKilledRunGoesOnFromItsLastState() throws {
    let first = try desk.program.run(flags("run"), until: "16/80 (20%)", signal: SIGKILL)
    try checkResumed(first, status: 137)
  }

  @Test func aRunKilledWhileItScoresRecordsTheScoresOnce() throws {
    let first = try desk.program.run(flags("run"), until: "evaluate", signal: SIGKILL)
    try checkResumed(first, status: 137)
  }

  @Test func scoresWrittenBeforeTheStateSaysSoAreNotWrittenTwice() throws {
    #expect(try desk.program.run(flags("run")).status == 0)
    let records = try desk.lines("run/metrics.jsonl").count
    // As after a kill between the two: the state says that the last evaluation is still due.
    var state = try JSON.object(desk.text("run/resume/state.json"))
    state["evaluationIsDue"] = true
    state["ended"] = nil
    try desk.write("run/resume/state.json", try JSONSerialization.data(withJSONObject: state))
    #expect(try desk.program.run("train", "run/recipe.yaml", "--resume").status == 0)
    #expect(try desk.lines("run/metrics.jsonl").count == records)
  }

  @Test func anInterruptBeforeTheFirstStepWritesNothing() throws {
    let first = try desk.program.run(flags("run"), until: "libtorch", signal: SIGINT)
    #expect(first.status == 130)
    if first.error.contains("nothing was written") {
      #expect(!desk.holds("run"))
    } else {
      try checkResumed(first, status: 130)
    }
  }

  @Test func aRunThatIsCompleteIsOnlyScoredAgain() throws {
    #expect(try desk.program.run(flags("run")).status == 0)
    let before = try desk.data("run/model.safetensors")
    let records = try desk.data("run/metrics.jsonl")
    #expect(try desk.program.run("train", "run/recipe.yaml", "--resume").status == 0)
    #expect(try desk.data("run/model.safetensors") == before)
    #expect(try desk.data("run/metrics.jsonl") == records)
  }

  @Test func otherSettingsAreNamedAndNothingChanges() throws {
    #expect(try desk.program.run(flags("run")).status == 0)
    let recipe = try desk.data("run/recipe.yaml")
    let outcome = try desk.program.run(
      "train", "run/recipe.yaml", "--resume", "--epochs", "3", "--learning-rate", "1e-4")
    #expect(outcome.status == 1)
    #expect(outcome.sentence.contains("training.epochs is 2 there and 3 here"))
    #expect(outcome.sentence.contains("optimizer.learningRate is 5.0e-05 there and 0.0001 here"))
    #expect(try desk.data("run/recipe.yaml") == recipe)
  }

  @Test func otherDataAreRefusedAndNothingChanges() throws {
    #expect(try desk.program.run(flags("run")).status == 0)
    let files = ["recipe.yaml", "preflight.json", "metrics.jsonl", "resume/state.json"]
    let before = try files.map { try desk.data("run/\($0)") }
    try desk.write("train.csv", Sentences.csv(401, seed: 4))
    let outcome = try desk.program.run("train", "run/recipe.yaml", "--resume")
    #expect(outcome.status == 1)
    #expect(outcome.sentence.contains("other data"))
    #expect(try files.map { try desk.data("run/\($0)") } == before)
  }

  @Test func aRunWithoutAStateIsNotTrainedOver() throws {
    #expect(try desk.program.run(flags("run")).status == 0)
    try FileManager.default.removeItem(at: desk.url("run/resume"))
    let outcome = try desk.program.run("train", "run/recipe.yaml", "--resume")
    #expect(outcome.status == 1)
    #expect(outcome.sentence.contains("has no stored state"))
  }

  @Test func nothingToResumeIsSaid() throws {
    let outcome = try desk.program.run(flags("run") + ["--resume"])
    #expect(outcome.status == 0)
    #expect(outcome.error.contains("There is nothing to resume: the run starts anew."))
  }

  @Test func anInterruptedRunWithoutWeightsSaysSo() throws {
    _ = try desk.program.run(flags("run"), until: "  loss ", signal: SIGINT)
    let outcome = try desk.program.run("predict", "run", "good")
    #expect(outcome.status == 1)
    #expect(outcome.sentence.contains("has kept no weights yet"))
    #expect(try desk.program.run("inspect", "run").output.contains("its state after step"))
  }
}
