import Finetune
import Foundation
import TestSupport
import Testing

/// `inspect`, `version`, `env` and the help.
@Suite struct InspectTests {
  let desk: Desk

  init() throws {
    desk = try TunedRun.shared.get().desk
  }

  @Test(arguments: [
    (
      ["model"],
      [
        "a bert model", "hidden_size: 32", "no labels", "longest sequence: 64 tokens",
        "stored as: BertModel", "BertForTokenClassification", "tokenizer: WordPiece, ",
      ]
    ),
    (
      ["runs/reviews"], ["labels: negative, positive", "a run: model tuned on", "scored: accuracy"]
    ),
    (["test.csv"], ["40 rows", "columns: id, text, label", "first text:"]),
    (["test.csv", "--label-column", "label"], ["positive: "]),
    (["model/model.safetensors", "--tensors"], ["tensors", "embeddings.word_embeddings.weight"]),
  ])
  func tells(arguments: [String], parts: [String]) throws {
    let outcome = try desk.program.run(["inspect"] + arguments)
    #expect(outcome.status == 0)
    for part in parts { #expect(outcome.output.contains(part)) }
  }

  @Test(.enabled(if: SharedData.isHere, "\(SharedData.reason)"))
  func theTokenizerOfAConvertedModelIsNamed() throws {
    let data = try #require(SharedData.folder).appending(path: "stories260K")
    let folder = try TemporaryFolder()
    let place = folder.url.appending(path: "model").path
    let process = Process()
    process.executableURL = PythonOracle.interpreter
    process.arguments = [
      ProjectFolder.root.appending(path: "Tools/convert-llama2c.py").path,
      data.appending(path: "stories260K.bin").path, place, "--tokenizer",
      data.appending(path: "tok512.bin").path,
    ]
    try process.run()
    process.waitUntilExit()
    let outcome = try desk.program.run("inspect", place)
    #expect(outcome.status == 0)
    for part in ["a llama model", "num_attention_heads: 8", "tokenizer: BPE, 512 tokens"] {
      #expect(outcome.output.contains(part), "\(part)")
    }
  }

  @Test func versionNamesProgramAndEngine() throws {
    let outcome = try desk.program.run("version")
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("swift-finetune \(Release.version), libtorch 2."))
    #expect(try desk.program.run("--version").output == "\(Release.version)\n")
  }

  @Test func envTellsWhatAReportOfAProblemNeeds() throws {
    let outcome = try desk.program.run("env")
    #expect(outcome.status == 0)
    for part in ["libtorch", "would use", "native bf16", "cores", "memory"] {
      #expect(outcome.output.contains(part))
    }
  }

  @Test(arguments: ["train", "evaluate", "predict", "inspect", "merge"])
  func helpHasExamples(command: String) throws {
    let outcome = try desk.program.run(command, "--help")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("EXAMPLES"))
    #expect(outcome.output.contains("finetune \(command) "))
  }

  @Test(arguments: [[], ["train"], ["evaluate"], ["predict"], ["inspect"], ["merge"]])
  func examplesFitALineOfATerminal(command: [String]) throws {
    let lines = try desk.program.run(command + ["--help"]).output.components(separatedBy: "\n")
    let examples = lines.drop { $0 != "EXAMPLES" }.dropFirst().prefix { !$0.isEmpty }
    #expect(!examples.isEmpty)
    // A line that was broken begins at the margin, and cannot be typed as it stands.
    for line in examples { #expect(line.hasPrefix("  ")) }
  }

  @Test func everySettingWithAFlagIsInTheHelpOfTrain() throws {
    let help = try desk.program.run("train", "--help").output
    let words = help.split(whereSeparator: \.isWhitespace).map(String.init)
    let shown = Set(
      words.filter { $0.hasPrefix("--") }
        .map { $0.dropFirst(2).prefix { $0.isLetter || $0 == "-" || $0 == "_" } })
    for flag in Recipe.flags { #expect(shown.contains(flag.name[...]), "--\(flag.name)") }
    let known = Set(Recipe.flags.map(\.name) + ["set", "help", "version"])
    let strange = ["num_train_epochs", "warmup_ratio"]
    #expect(shown.map(String.init).filter { !known.contains($0) && !strange.contains($0) } == [])
  }

  @Test func everyFlagTakesAValueAsItsSettingDoes() throws {
    for flag in Recipe.flags {
      let value = flag.kind == .toggle ? [] : ["?"]
      // What is wrong is the recipe, not the command line: the flag is known and takes its value.
      let outcome = try desk.program.run(["train", "none.yaml", "--\(flag.name)"] + value)
      #expect(outcome.status == 1, "--\(flag.name)")
      #expect(outcome.error == "finetune: there is no recipe 'none.yaml'\n")
    }
  }

  @Test func aFlagThatIsNotThereIsRefusedWithTheNearest() throws {
    let outcome = try desk.program.run("train", "--epoch", "3")
    #expect(outcome.status == 64)
    #expect(outcome.error.contains("Did you mean '--epochs'?"))
  }
}
