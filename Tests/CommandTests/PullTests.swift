import Foundation
import TestSupport
import Testing

/// `finetune pull`, from a hub on this machine.
@Suite struct PullTests {
  let hub: HubServer
  let name = "test/pull-\(UUID().uuidString.prefix(13))"
  let folder: TemporaryFolder
  let program: Program
  let commit: String

  init() throws {
    hub = try HubServer.shared.get()
    folder = try TemporaryFolder()
    commit =
      try hub.add(
        name,
        [
          "main": [
            "config.json": .text("{\"model_type\": \"bert\"}"), "vocab.txt": .text("[PAD]\n"),
            "model.safetensors": .large(3_000_000), "README.md": .text("# It\n"),
          ]
        ])["main"] ?? ""
    program = Program(
      folder: folder.url,
      environment: [
        "HF_ENDPOINT": hub.address, "HF_HOME": folder.url.appending(path: "hf").path,
        "HF_HUB_OFFLINE": "0", "TERM": "xterm", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
      ])
  }

  private var snapshot: String {
    folder.url.path + "/hf/hub/models--\(name.replacing("/", with: "--"))/snapshots/\(commit)"
  }

  private func visible() throws -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: snapshot))?.sorted() ?? []
  }

  private let needed = ["config.json", "model.safetensors", "vocab.txt"]

  @Test func theFolderIsTheOnlyLineOfTheOutput() throws {
    let first = try program.run("pull", name)
    #expect(first.status == 0)
    #expect(first.lines == [snapshot])
    #expect(first.error.contains("3 MB  model.safetensors"))
    #expect(first.sentence.contains("3 files fetched (3 MB), 0 were here"))
    #expect(try visible() == needed)
    let quiet = try program.run("pull", name, "--quiet")
    #expect(quiet.lines == [snapshot] && quiet.error.isEmpty)
    #expect(try program.run("pull", name).sentence.contains("0 files fetched (0 kB), 3 were here"))
  }

  @Test func theOutputIsAPathForTheShell() throws {
    let outcome = try program.shell(
      "cat \"$(finetune pull \(name) -q --include README.md)/README.md\"")
    #expect(outcome.output == "# It\n")
  }

  @Test func aPullThatIsKilledLeavesNothingDamagedAndIsGoneOnWith() throws {
    try hub.fault(.init(match: "\(name)/.*signature", stall: 1_000_000))
    let killed = try program.run(["pull", name], until: name, signal: SIGKILL)
    #expect(killed.status == 128 + SIGKILL)
    #expect(try visible() == [])
    #expect(try program.run("pull", name).status == 0)
    #expect(try visible() == needed)
    #expect(try program.run("pull", name, "--quiet", "--all").status == 0)
  }

  @Test func ctrlCEndsItInASentence() throws {
    try hub.fault(.init(match: "\(name)/.*signature", stall: 1_000_000))
    let outcome = try program.run(["pull", name], until: name, signal: SIGINT)
    #expect(outcome.status == 130)
    #expect(outcome.sentence.contains("the next pull goes on from there"))
    #expect(try visible() == [])
  }

  @Test func twoProgramsAtOnceDoNotHarmEachOther() throws {
    let line = "finetune pull \(name) -q & finetune pull \(name) -q; wait"
    let outcome = try program.shell(line)
    #expect(outcome.lines == [snapshot, snapshot])
    #expect(try visible() == needed)
    #expect(try hub.requests("GET /\(name)/.*signature").count == 1)
  }

  @Test func onATerminalABarIsDrawnAndTakenAway() throws {
    struct Screen: Decodable {
      let status: Int32
      let text: String
    }
    let variables = program.environment.map { "\($0.key)=\($0.value)" }
    let screen: Screen = try PythonOracle("command_terminal").run(
      ["/usr/bin/env"] + variables + [Program.file.path, "pull", name],
      arguments: [folder.url.path, ""])
    #expect(screen.status == 0)
    #expect(screen.text.contains("\r\u{1B}[K\(name)"))
    #expect(screen.text.hasSuffix("\(snapshot)\r\n"))
    let last = screen.text.components(separatedBy: "\r\u{1B}[K").last ?? ""
    #expect(last.hasPrefix("\(name): 3 MB in 0:"))
  }

  @Test func refusalsAreSentences() throws {
    let refusals = [
      (["pull", "nobody/nothing"], "There is no model nobody/nothing"),
      (["pull", "not a name"], "cannot be the name of a model"),
      (["pull", name, "--revision", "v9"], "no branch, tag or commit 'v9'"),
      (["pull", name, "--file", "x.gguf"], "has no file x.gguf"),
    ]
    for (arguments, sentence) in refusals {
      let outcome = try program.run(arguments)
      #expect(outcome.status == 1 && outcome.output.isEmpty)
      #expect(outcome.sentence.hasPrefix("finetune: ") && outcome.sentence.contains(sentence))
    }
    var offline = program
    offline.environment["HF_HUB_OFFLINE"] = "1"
    #expect(try offline.run("pull", name).sentence.contains("is not here"))
  }
}
