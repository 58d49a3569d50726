import Foundation
import TestSupport
import Testing

/// A model of the hub named where a model folder is expected.
@Suite struct HubModelTests {
  let desk: Desk
  let hub: HubServer
  let name = "test/tiny-\(UUID().uuidString.prefix(13))"
  let commit: String

  init() throws {
    desk = try Desk()
    hub = try HubServer.shared.get()
    commit = try hub.add(name, ["main": Self.files(of: desk)])["main"] ?? ""
  }

  private static func files(of desk: Desk) throws -> [String: HubServer.File] {
    var files: [String: HubServer.File] = ["README.md": .text("# Tiny\n")]
    for file in desk.names("model") {
      files[file] = .copy(
        of: desk.url("model/\(file)"), large: file.hasSuffix(".safetensors"))
    }
    return files
  }

  private func program(_ more: [String: String] = [:]) -> Program {
    let variables = [
      "HF_ENDPOINT": hub.address, "HF_HOME": desk.url("hf").path, "HF_HUB_OFFLINE": "0",
      "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
    ]
    return Program(folder: desk.folder, environment: variables.merging(more) { $1 })
  }

  private func training(_ output: String, model: String) -> [String] {
    Desk.training + ["--epochs", "1", "--model", model, "--output", output]
  }

  @Test func aRunTakesAModelOfTheHubAndStoresItsCommit() throws {
    let first = try program().run(training("run", model: name))
    #expect(first.status == 0, "\(first.error)")
    #expect(first.error.contains("commit \(commit)"))
    let recipe = try desk.text("run/recipe.yaml")
    #expect(recipe.contains("model: \(name)\n"))
    #expect(
      recipe.contains("modelRevision: \"\(commit)\"") || recipe.contains("modelRevision: \(commit)")
    )
    #expect(try desk.text("run/README.md").contains(name))

    // The branch goes on; the stored recipe stays with the commit, even without a network.
    var files = try Self.files(of: desk)
    files["vocab.txt"] = .text("[PAD]\n")
    try hub.add(name, ["main": files])
    let again = ["train", "run/recipe.yaml", "--output", "again"]
    let second = try program(["HF_HUB_OFFLINE": "1"]).run(again)
    #expect(second.status == 0, "\(second.error)")
    #expect(
      try desk.data("again/model.safetensors") == desk.data("run/model.safetensors"))
  }

  @Test func aFolderOfThatNameIsMeantFirst() throws {
    let folder = desk.url(name)
    try FileManager.default.createDirectory(
      at: folder.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      at: folder, withDestinationURL: desk.url("model").resolvingSymlinksInPath())
    #expect(try program().run(training("run", model: name)).status == 0)
    #expect(try desk.text("run/recipe.yaml").contains("modelRevision: null"))
    #expect(try hub.requests(name).isEmpty)
  }

  @Test func aMisspelledPathIsNotAskedForAtTheHub() throws {
    try desk.write("runs/other/file", "")
    let misspelled = "runs/x\(UUID().uuidString.prefix(8))"
    let outcome = try program().run(training("run", model: misspelled))
    #expect(outcome.status == 1)
    #expect(outcome.sentence.contains("There is no model folder \(misspelled)"))
    #expect(try hub.requests(misspelled).isEmpty)
  }

  @Test func aNameThatIsNeitherSaysSo() throws {
    let outcome = try program().run(training("run", model: "nobody/nothing"))
    #expect(outcome.status == 1)
    #expect(outcome.sentence.contains("no model folder nobody/nothing"))
    #expect(outcome.sentence.contains("There is no model nobody/nothing"))
    #expect(!desk.holds("run"))
  }

  @Test func aRevisionOfAFolderIsRefused() throws {
    let outcome = try program().run(
      training("run", model: "./model") + ["--model-revision", "v1"])
    #expect(outcome.status == 1 && outcome.sentence.contains("only those have revisions"))
  }

  @Test func inspectTakesAName() throws {
    let outcome = try program().run("inspect", name)
    #expect(outcome.status == 0 && outcome.output.contains("bert model"))
  }
}
