import Foundation
import Testing

/// What becomes of an output folder that holds something, or cannot be written to.
@Suite struct OutputFolderTests {
  let desk: Desk

  init() throws {
    desk = try Desk()
  }

  private func train(_ flags: String...) throws -> Program.Outcome {
    try desk.program.run(Desk.training + ["--epochs", "1", "--output", "run"] + flags)
  }

  @Test func anotherRunIsNotTouched() throws {
    #expect(try train().status == 0)
    let before = try desk.data("run/model.safetensors")
    let outcome = try train("--seed", "7")
    #expect(outcome.status == 1)
    #expect(outcome.sentence.contains("The output folder run holds another run."))
    #expect(outcome.sentence.contains("--resume") && outcome.sentence.contains("--overwrite"))
    #expect(try desk.data("run/model.safetensors") == before)
  }

  @Test func somethingElseIsNotTouchedEvenToOverwrite() throws {
    try desk.write("run/thesis.txt", "years of work")
    let outcome = try train("--overwrite")
    #expect(outcome.status == 1)
    #expect(outcome.sentence.contains("what it holds is no run"))
    #expect(desk.names("run") == ["thesis.txt"])
  }

  @Test func overwriteReplacesARun() throws {
    #expect(try train().status == 0)
    let before = try desk.data("run/model.safetensors")
    #expect(try train("--seed", "7", "--overwrite").status == 0)
    #expect(try desk.data("run/model.safetensors") != before)
    #expect(!desk.names(".").contains(".run.replaced"))
  }

  @Test func aFailingRunBringsTheOldOneBack() throws {
    #expect(try train().status == 0)
    let before = try desk.data("run/model.safetensors")
    let outcome = try train("--learning-rate", "1e30", "--overwrite")
    #expect(outcome.status == 1)
    #expect(outcome.error.contains("The run that was to be replaced is back in run."))
    #expect(try desk.data("run/model.safetensors") == before)
    #expect(!desk.names(".").contains(".run.replaced"))
  }

  @Test func badDataLeaveTheOldRunWhereItIs() throws {
    #expect(try train().status == 0)
    let before = try desk.data("run/preflight.json")
    #expect(try train("--max-length", "9", "--overwrite").status == 1)
    #expect(try desk.data("run/preflight.json") == before)
  }

  @Test func aReplacingRunThatIsInterruptedGoesOnAndThenReplaces() throws {
    #expect(try train().status == 0)
    let long = Desk.training + ["--model", "slow", "--epochs", "4", "--output", "run"]
    let first = try desk.program.run(long + ["--overwrite"], until: "  loss ", signal: SIGINT)
    #expect(first.status == 130)
    #expect(desk.names(".").contains(".run.replaced"))
    #expect(try desk.program.run("train", "run/recipe.yaml", "--resume").status == 0)
    #expect(!desk.names(".").contains(".run.replaced"))
    #expect(try desk.text("run/config.json").contains("128"))
  }

  @Test func aRunKilledBeforeItStoredAnythingGivesTheOldOneBack() throws {
    #expect(try train().status == 0)
    let before = try desk.data("run/model.safetensors")
    try FileManager.default.moveItem(at: desk.url("run"), to: desk.url(".run.replaced"))
    try desk.write("run/recipe.yaml", "model: model\n")
    let outcome = try train()
    #expect(outcome.status == 1)
    #expect(outcome.error.contains("The run that was to be replaced is back in run."))
    #expect(try desk.data("run/model.safetensors") == before)
  }

  @Test func aRunThatEndedBeforeAnythingWasStoredMayBeStartedAgain() throws {
    #expect(try train("--max-length", "9").status == 1)
    #expect(desk.names("run") == ["recipe.yaml", "preflight.json", "left-out.jsonl"])
    #expect(try train().status == 0)
  }

  @Test func aFileIsNoFolder() throws {
    try desk.write("run", "text")
    #expect(try train().sentence.contains("The output run is a file, not a folder"))
    let below = try desk.program.run(Desk.training + ["--output", "run/deeper"])
    #expect(below.sentence.contains("run is a file, not a folder"))
    #expect(try desk.text("run") == "text")
  }

  @Test func aFolderWithoutPermissionIsRefusedBeforeAnyWork() throws {
    // /proc takes no folders from anyone, root included.
    let outcome = try desk.program.run(Desk.training + ["--output", "/proc/run"])
    #expect(outcome.status == 1)
    #expect(outcome.sentence.contains("The output folder /proc/run cannot be written to"))
    #expect(!outcome.error.contains("libtorch"))
  }

  @Test func aFullDiskLeavesNoHalfFileAndTheOldRun() throws {
    #expect(try train().status == 0)
    let before = try desk.data("run/model.safetensors")
    // Files of at most 64 KiB: the weights of this model are larger.
    let flags = (Desk.training + ["--epochs", "1", "--output", "run", "--overwrite"])
    let outcome = try desk.program.shell(
      "trap '' XFSZ; ulimit -f 64; finetune \(flags.joined(separator: " "))")
    #expect(outcome.status == 1)
    #expect(outcome.error.contains("larger than this process may write"))
    #expect(try desk.data("run/model.safetensors") == before)
    #expect(!desk.names("run").contains { $0.hasSuffix(".partial") })
  }
}
