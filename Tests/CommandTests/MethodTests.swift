import Foundation
import TestSupport
import Testing

/// A run with each method, made once; none of the tests changes them.
struct MethodRuns {
  let desk: Desk

  /// The methods and their flags.
  static let flags: [(name: String, flags: [String])] = [
    ("lora", ["--method", "lora", "--rank", "4", "--alpha", "16"]),
    ("dora", ["--method", "lora", "--dora", "--targets", "all-linear", "--rank", "2"]),
    (
      "qlora",
      ["--method", "lora", "--targets", "all-linear", "--rank", "2", "--base", "nf4"]
    ),
    (
      "adalora",
      [
        "--method", "adalora", "--set", "method.adalora.initialRank=4", "--set",
        "method.adalora.targetRank=2",
      ]
    ),
    ("vera", ["--method", "vera", "--rank", "16"]),
    ("ia3", ["--method", "ia3"]),
    ("bitfit", ["--method", "bitfit"]),
    ("bottleneck", ["--method", "bottleneck", "--reduction-factor", "4"]),
    ("prefix", ["--method", "prefix", "--virtual-tokens", "4"]),
    ("prompt", ["--method", "prompt", "--virtual-tokens", "4"]),
    ("p-tuning", ["--method", "p-tuning", "--virtual-tokens", "4"]),
  ]

  static let shared = Result {
    let desk = try Desk()
    for (name, flags) in Self.flags {
      let outcome = try desk.program.run(
        Desk.training + [
          "--validation", "validation.csv", "--test", "test.csv", "--epochs", "1",
          "--learning-rate",
          "1e-2", "--output", "runs/\(name)",
        ] + flags)
      guard outcome.status == 0 else { throw Refused(name: name, error: outcome.error) }
      try desk.write("runs/\(name).log", outcome.error)
    }
    return MethodRuns(desk: desk)
  }

  struct Refused: Error {
    let name: String
    let error: String
  }
}

/// Tuning by methods, from the flags to the folder and back.
@Suite struct MethodTests {
  let desk: Desk
  private let texts = ["the film is good and great film", "the plot is bad and dull plot"]

  init() throws {
    desk = try MethodRuns.shared.get().desk
  }

  private func scores(_ output: String) throws -> [Double] {
    try JSON.lines(output).compactMap { $0["score"] as? Double }
  }

  @Test(arguments: MethodRuns.flags.map(\.name))
  func aRunFolderHoldsTheAdapterAndNoWeightsOfTheBase(name: String) throws {
    let names = desk.names("runs/\(name)")
    #expect(names.contains("adapter_config.json"))
    #expect(names.contains("adapter_model.safetensors"))
    #expect(names.contains("config.json"))
    #expect(names.contains("tokenizer.json"))
    #expect(!names.contains("model.safetensors"))
    let log = try desk.text("runs/\(name).log")
    #expect(log.contains("Trained: "))
    #expect(log.contains("Memory: about"))
    #expect(log.contains("Adapter: "))
  }

  @Test(arguments: MethodRuns.flags.map(\.name))
  func evaluateGivesWhatTheRunGave(name: String) throws {
    let outcome = try desk.program.run(
      "evaluate", "runs/\(name)", "test.csv", "--json", "\(name).json", "--no-intervals")
    #expect(outcome.status == 0, "\(outcome.error)")
    let here = try JSON.object(desk.text("\(name).json"))
    let there = try JSON.object(desk.text("runs/\(name)/evaluation.json"))
    let loss = { (report: [String: Any]) in
      (report["scores"] as? [String: Any])?["loss"] as? Double ?? .nan
    }
    #expect(abs(loss(here) - loss(there)) < 1e-5)
  }

  @Test func pEFTAnswersAsWeDo() throws {
    let names = ["lora", "dora", "adalora", "vera", "ia3", "prefix", "prompt", "p-tuning"]
    let folders = names.map { desk.url("runs/\($0)").path }
    let answers: [String: Answers] = try PythonOracle("command_peft").run(
      texts, arguments: folders)
    for (name, folder) in zip(names, folders) {
      let ours = try desk.program.run(["predict", "runs/\(name)"] + texts)
      let theirs = try #require(answers[folder])
      for (one, other) in zip(try scores(ours.output), theirs.scores) {
        #expect(abs(one - other) < 2e-5, "\(name)")
      }
      #expect(try JSON.lines(ours.output).compactMap { $0["label"] as? String } == theirs.labels)
    }
  }

  struct Answers: Decodable {
    let labels: [String]
    let scores: [Double]
  }

  @Test(arguments: ["lora", "dora", "adalora", "vera", "ia3", "bitfit"])
  func aMergedModelAnswersAsTheAdapted(name: String) throws {
    let before = try desk.data("model/model.safetensors")
    let outcome = try desk.program.run("merge", "runs/\(name)", "--output", "merged/\(name)")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.contains("The largest difference of a logit on 40 rows is "))
    #expect(desk.holds("merged/\(name)/model.safetensors"))
    #expect(!desk.holds("merged/\(name)/adapter_config.json"))
    #expect(try desk.data("model/model.safetensors") == before)
    let adapted = try desk.program.run(["predict", "runs/\(name)", "--precision", "fp32"] + texts)
    let merged = try desk.program.run(["predict", "merged/\(name)", "--precision", "fp32"] + texts)
    for (one, other) in zip(try scores(adapted.output), try scores(merged.output)) {
      #expect(abs(one - other) < 1e-5)
    }
  }

  @Test(arguments: ["prefix", "prompt", "p-tuning", "bottleneck"])
  func whatIsNoChangeOfWeightsIsNotMerged(name: String) throws {
    let outcome = try desk.program.run("merge", "runs/\(name)", "--output", "none/\(name)")
    #expect(outcome.status == 1)
    #expect(outcome.sentence.contains("cannot be merged"))
    #expect(!desk.holds("none/\(name)"))
  }

  @Test func aDifferencePastTheToleranceIsRefusedAndNothingWritten() throws {
    let outcome = try desk.program.run(
      "merge", "runs/dora", "--output", "none/strict", "--tolerance", "0")
    // A model whose products happen to round alike may pass; then it is the same to the last bit.
    if outcome.status != 0 {
      #expect(outcome.sentence.contains("Nothing was written"))
      #expect(!desk.holds("none/strict"))
    }
    #expect(!desk.names("none").contains { $0.hasPrefix(".strict") })
  }

  @Test func inspectTellsWhatAnAdapterIsAndWhatFits() throws {
    let outcome = try desk.program.run("inspect", "runs/lora")
    #expect(outcome.status == 0)
    for part in ["an adapter", "LORA", "rank: 4", "base: ", "tensors fit the base", "a run: model"]
    {
      #expect(outcome.output.contains(part), "\(part)")
    }
  }

  @Test func anAdapterIsUsedOnABaseThatIsNamed() throws {
    let own = try desk.program.run(["predict", "runs/lora"] + texts)
    let named = try desk.program.run(["predict", "model"] + texts + ["--adapter", "runs/lora"])
    #expect(named.status == 0, "\(named.error)")
    #expect(named.output == own.output)
  }

  @Test func aMissingBaseSaysWhatToDo() throws {
    try FileManager.default.copyItem(at: desk.url("runs/lora"), to: desk.url("lost"))
    var config = try desk.text("lost/adapter_config.json")
    config = config.replacingOccurrences(of: desk.url("model").path, with: "/not/there")
    try desk.write("lost/adapter_config.json", config)
    let recipe = try desk.text("lost/recipe.yaml")
    try desk.write(
      "lost/recipe.yaml", recipe.replacingOccurrences(of: "model: model\n", with: "model: gone\n"))
    let outcome = try desk.program.run("predict", "lost", texts[0])
    #expect(outcome.status == 1)
    #expect(outcome.sentence.contains("is not there"))
    #expect(outcome.sentence.contains("--adapter"))
  }

  @Test func anAdapterOfAnotherBaseIsRefused() throws {
    let outcome = try desk.program.run("predict", "slow", texts[0], "--adapter", "runs/lora")
    #expect(outcome.status == 1)
    #expect(!outcome.sentence.isEmpty)
  }

  @Test(arguments: [
    (["--method", "lora", "--rank", "0"], "rank is 0; it must be at least 1"),
    (["--method", "lora", "--targets", "nothing"], "nothing"),
    (["--method", "prefix", "--set", "method.lora.rank=4"], "exclude each other"),
    (["--method", "sorcery"], "expected one of full, lora"),
    (["--method", "lora", "--top-layers", "1"], "freezes the model itself"),
  ])
  func whatCannotBeIsRefusedInASentence(flags: [String], part: String) throws {
    let outcome = try desk.program.run(Desk.training + ["--output", "runs/refused"] + flags)
    #expect(outcome.status == 1)
    #expect(outcome.error.contains(part), "\(outcome.error)")
    #expect(!desk.holds("runs/refused"))
  }

  @Test func twoMethodsAreRefused() throws {
    let outcome = try desk.program.run(
      Desk.training + ["--output", "runs/refused", "--method", "lora", "--method", "prefix"])
    #expect(outcome.status == 64)
    #expect(outcome.error.contains("a run has one method"), "\(outcome.error)")
    #expect(!desk.holds("runs/refused"))
  }

  @Test func aFolderOfUnknownKindIsRefused() throws {
    try desk.write("strange/adapter_config.json", #"{"peft_type": "SORCERY"}"#)
    try desk.write("strange/adapter_model.safetensors", Data())
    for command in [["predict", "strange", "a"], ["inspect", "strange"]] {
      let outcome = try desk.program.run(command)
      #expect(outcome.status == 1, "\(command)")
    }
  }

  @Test func anInterruptedRunWithAMethodGoesOnBitForBit() throws {
    let own = try Desk()
    try own.write("train.csv", Sentences.csv(400, seed: 4))
    let flags = { (output: String) in
      [
        "train", "--model", "slow", "--task", "text-classification", "--train", "train.csv",
        "--validation", "validation.csv", "--threads", "1", "--precision", "fp32", "--batch-size",
        "10", "--epochs", "2", "--method", "adalora", "--adapter-dropout", "0.1",
        "--learning-rate", "1e-3", "--save-every", "11", "--output", output,
      ]
    }
    let first = try own.program.run(flags("run"), until: "  loss ", signal: SIGINT)
    #expect(first.status == 130)
    #expect(try own.program.run("train", "run/recipe.yaml", "--resume").status == 0)
    #expect(try own.program.run(flags("whole")).status == 0)
    let name = "adapter_model.safetensors"
    #expect(try own.data("run/\(name)") == own.data("whole/\(name)"))
    #expect(try own.data("run/evaluation.json") == own.data("whole/evaluation.json"))
  }
}
