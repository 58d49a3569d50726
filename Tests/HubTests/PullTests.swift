import Foundation
import Hub
import TestSupport
import Testing

/// What a pull brings, and how it lies in the cache that Python's library shares.
@Suite struct PullTests {
  @Test func `only the needed files come, and they are what the hub has`() async throws {
    let bench = try Bench()
    let model = try await bench.pull()
    #expect(
      model.files.map(\.path) == [
        "additional_chat_templates/tool use.jinja", "config.json", "model.safetensors",
        "tokenizer.json", "vocab.txt",
      ])
    #expect(model.commit == bench.main)
    #expect(model.folder.path == bench.folder.appending(path: "snapshots/\(bench.main)").path)
    #expect(model.files.allSatisfy { !$0.wasHere })
    #expect(model.bytes == model.bytesFetched)
    #expect(try bench.content("vocab.txt") == Data("[PAD]\n[UNK]\n".utf8))
    #expect(try bench.content("model.safetensors").count == 200_000)
  }

  @Test func `the whole cache is the same as the one that Python's library makes`() async throws {
    let bench = try Bench(["main": Bench.small, "v1.0": ["config.json": .text("{}")]])
    let other = try TemporaryFolder()
    let everything = FileChoice(base: .all)
    for revision in [nil, "v1.0", bench.commits["v1.0"]] {
      try await bench.pull(revision, everything)
    }
    let answers = try bench.python(
      [
        ["call": "snapshot", "repo_id": bench.name],
        ["call": "snapshot", "repo_id": bench.name, "revision": "v1.0"],
      ], cache: other.url)
    #expect(answers.allSatisfy { $0.error == nil })
    #expect(try Bench.tree(bench.cache.url) == Bench.tree(other.url))
  }

  @Test func `Python's library finds what was pulled here`() async throws {
    let bench = try Bench()
    try await bench.pull()
    let answers = try bench.python([
      ["call": "snapshot", "repo_id": bench.name, "local_files_only": "true"],
      ["call": "cached", "repo_id": bench.name, "filename": "model.safetensors"],
      ["call": "scan"],
    ])
    let snapshot = "\(bench.folder.lastPathComponent)/snapshots/\(bench.main)"
    #expect(answers[0].text == snapshot)
    #expect(answers[1].text == snapshot + "/model.safetensors")
    let scan = try #require(answers[2].scan)
    #expect(scan.warnings.isEmpty)
    let revision = try #require(scan.models[bench.name]?.revisions[bench.main])
    #expect(revision.refs == ["main"])
    #expect(revision.files.count == 5)
  }

  @Test func `what Python's library put there is used`() async throws {
    let bench = try Bench()
    _ = try bench.python([["call": "snapshot", "repo_id": bench.name]])
    let before = try Bench.tree(bench.cache.url)
    let model = try await bench.pull()
    #expect(!model.files.contains { !$0.wasHere })
    #expect(model.bytesFetched == 0)
    #expect(try Bench.tree(bench.cache.url) == before)
    #expect(try await bench.pull(nil, .needed, ["HF_HUB_OFFLINE": "1"]) == model)
  }

  @Test func `a list of all files that was stored here is one for Python's library`() async throws {
    let bench = try Bench()
    try await bench.pull(nil, FileChoice(base: .all))
    let tree = try #require(try bench.python([["call": "tree", "repo_id": bench.name]])[0].tree)
    #expect(Set(tree.keys) == Set(Bench.small.keys))
    #expect(tree["model.safetensors"]?.first == .number(200_000))
    let again = try bench.python([
      ["call": "snapshot", "repo_id": bench.name, "local_files_only": "true"]
    ])
    #expect(again[0].error == nil)
  }

  @Test func `a second pull asks one question and fetches nothing`() async throws {
    let bench = try Bench()
    try await bench.pull()
    let before = try bench.hub.requests(bench.name).count
    let model = try await bench.pull()
    #expect(!model.files.contains { !$0.wasHere })
    #expect(try bench.hub.requests(bench.name).count == before + 1)
  }

  @Test func `a commit that is here is not asked for`() async throws {
    let bench = try Bench()
    let model = try await bench.pull()
    let before = try bench.hub.requests(bench.name).count
    #expect(try await bench.pull(bench.main) == bench.pull(bench.main))
    #expect(try await bench.pull(bench.main).folder == model.folder)
    #expect(try bench.hub.requests(bench.name).count == before)
  }

  @Test func `branches, tags and commits are revisions`() async throws {
    let bench = try Bench([
      "main": Bench.small, "feature/long name".replacing(" ", with: "-"): Bench.small,
      "v2": ["config.json": .text("{\"v\": 2}"), "model.safetensors": .large(3000, seed: 9)],
    ])
    #expect(try await bench.pull("feature/long-name").commit == bench.commits["feature/long-name"])
    let tagged = try await bench.pull("v2")
    #expect(tagged.commit == bench.commits["v2"])
    #expect(try bench.content("config.json", commit: tagged.commit) == Data("{\"v\": 2}".utf8))
    let model = try ModelReference("\(bench.name)@\(tagged.commit)")
    #expect(try await ModelHub(bench.settings()).pull(model).commit == tagged.commit)
  }

  @Test func `a new commit shares the files that did not change`() async throws {
    let bench = try Bench()
    try await bench.pull()
    var changed = Bench.small
    changed["config.json"] = .text("{\"model_type\": \"bert\", \"changed\": true}")
    let commit = try bench.hub.add(bench.name, ["main": changed])["main"]
    let model = try await bench.pull()
    #expect(model.commit == commit && commit != bench.main)
    #expect(model.files.filter { !$0.wasHere }.map(\.path) == ["config.json"])
    #expect(try bench.hub.requests("GET /\(bench.name)/.*signature").count == 1)
    let scan = try bench.python([["call": "scan"]])[0].scan
    #expect(scan?.models[bench.name]?.revisions[model.commit]?.refs == ["main"])
    #expect(scan?.models[bench.name]?.revisions[bench.main]?.refs == [])
  }

  @Test func `sharded weights come with all their shards`() async throws {
    let index = "{\"weight_map\": {\"a\": \"model-1.safetensors\", \"b\": \"model-2.safetensors\"}}"
    let bench = try Bench([
      "main": [
        "config.json": .text("{}"), "model.safetensors.index.json": .text(index),
        "model-1.safetensors": .large(5000, seed: 1), "model-2.safetensors": .large(6000, seed: 2),
        "pytorch_model.bin": .large(700, seed: 3),
      ]
    ])
    let model = try await bench.pull()
    #expect(
      model.files.map(\.path) == [
        "config.json", "model-1.safetensors", "model-2.safetensors", "model.safetensors.index.json",
      ])
    #expect(try await bench.pull(nil, .needed, ["HF_HUB_OFFLINE": "1"]).files == bench.pull().files)
  }

  @Test func `an old name without organization is followed to the new one`() async throws {
    let bench = try Bench()
    let old = "old-\(UUID().uuidString.prefix(8))"
    try bench.hub.alias(old, of: bench.name)
    let model = try await ModelHub(bench.settings()).pull(ModelReference(old))
    #expect(model.commit == bench.main)
    #expect(model.folder.path.contains("models--\(old)/snapshots"))
    let answers = try bench.python([
      ["call": "snapshot", "repo_id": old, "local_files_only": "true"]
    ])
    #expect(answers[0].error == nil)
  }

  @Test func `patterns and names choose other files`() async throws {
    let bench = try Bench()
    let onnx = try await bench.pull(nil, FileChoice(including: [FilePattern("onnx/")]))
    #expect(onnx.files.map(\.path) == ["onnx/model.onnx"])
    let light = try await bench.pull(
      nil, FileChoice(excluding: [FilePattern("*.safetensors"), FilePattern("additional*")]))
    #expect(light.files.map(\.path) == ["config.json", "tokenizer.json", "vocab.txt"])
    let older = try await bench.pull(nil, FileChoice(names: ["pytorch_model.bin"]))
    #expect(older.files.map(\.path).contains("pytorch_model.bin"))
    #expect(!older.files.map(\.path).contains("model.safetensors"))
  }

  @Test func `a hub that tells no sizes and hashes in its list is asked file by file`() async throws
  {
    let bench = try Bench(bare: true)
    let model = try await bench.pull()
    #expect(model.files.count == 5)
    #expect(try bench.hub.requests("HEAD /\(bench.name)").count == 5)
    #expect(try bench.python([["call": "scan"]])[0].scan?.warnings == [])
    #expect(try bench.content("model.safetensors").count == 200_000)
  }

  @Test func `progress counts every byte once and ends with all of them`() async throws {
    let bench = try Bench()
    let events = Events()
    let model = try await bench.pull(receive: events.receive)
    let last = try #require(events.progress.last)
    #expect(last.files == 5 && last.filesDone == 5)
    #expect(last.bytes == model.bytes && last.bytesDone == model.bytes)
    #expect(last.bytesBefore == 0)
    #expect(
      zip(events.progress, events.progress.dropFirst()).allSatisfy { $0.bytesDone <= $1.bytesDone })
    #expect(events.notes.isEmpty)
  }

  @Test func `two pulls of the same model at once share the work and harm nobody`() async throws {
    let bench = try Bench()
    async let first = bench.pull()
    async let second = bench.pull()
    let models = try await [first, second]
    #expect(models[0].folder == models[1].folder)
    #expect(try bench.content("model.safetensors").count == 200_000)
    #expect(try bench.hub.requests("GET /\(bench.name)/.*signature").count == 1)
    let scan = try bench.python([["call": "scan"]])[0].scan
    #expect(scan?.models[bench.name]?.revisions.count == 1)
    #expect(try Bench.tree(bench.folder).allSatisfy { !$0.contains("incomplete") })
  }
}
