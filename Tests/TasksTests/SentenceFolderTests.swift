import Foundation
import Layers
import Models
import Tasks
import TestSupport
import Testing
import Tokenizers
import Torch
import TorchTestSupport

/// Folders that are written and read: those of sentence-transformers, of any version.
@Suite(.serialized) struct SentenceFolderTests {
  private struct Loaded: Codable {
    var vectors: [[Double]]
    var length: Int?
    var modules: [String]
  }

  private struct Request: Codable {
    var folders: [String]
    var texts: [String]
  }

  @Test("What is saved loads in sentence-transformers with equal vectors")
  func savesWhatSentenceTransformersLoads() throws {
    let folder = try TemporaryFolder()
    let texts = SentenceCase.request.texts
    var tasks: [(url: URL, task: SentenceEmbedding)] = []
    for example in SentenceCase.all {
      let url = folder.url.appending(path: example.architecture + example.pooling)
      let task = try example.load()
      // Other weights than those of the folder that sentence-transformers made.
      let parameter = try #require(task.store.parameters.first)
      try parameter.assign(parameter.master * 1.5)
      try task.save(to: url)
      tasks.append((url, task))
    }
    let request = Request(folders: tasks.map(\.url.path), texts: texts)
    let loaded: [String: Loaded] = try PythonOracle("tasks_embeddings").run(
      request, arguments: ["load", folder.url.path])
    for (url, task) in tasks {
      let own = try TextEmbedder(folder: url)
      let theirs = try #require(loaded[url.path])
      for (one, other) in zip(try own(texts), theirs.vectors) {
        #expect(zip(one.values, other).allSatisfy { abs(Double($0) - $1) < 1e-5 }, "\(url)")
      }
      #expect(theirs.length == 12)
      let wanted = ["Transformer", "Pooling"] + (task.layout.normalizes ? ["Normalize"] : [])
      #expect(theirs.modules == wanted)
      #expect(try SentenceFolder(folder: url) == task.layout)
    }
  }

  @Test(
    "A published model gives the vectors that sentence-transformers gives",
    .enabled(
      if: FileManager.default.fileExists(
        atPath: DemoAssets.model.appending(path: "modules.json").path),
      "demo/model is missing; `make setup` fetches it"))
  func readsAPublishedModel() throws {
    let texts = ["Where is my order?", "The parcel has not arrived yet.", "今天天气很好"]
    let request = Request(folders: [DemoAssets.model.path], texts: texts)
    let loaded: [String: Loaded] = try PythonOracle("tasks_embeddings").run(
      request, arguments: ["load", DemoAssets.model.path])
    let theirs = try #require(loaded[DemoAssets.model.path])
    let embedder = try TextEmbedder(folder: DemoAssets.model)
    let own = try embedder(texts)
    for (one, other) in zip(own, theirs.vectors) {
      #expect(zip(one.values, other).allSatisfy { abs(Double($0) - $1) < 1e-5 })
    }
    #expect(embedder.maximumLength == 256 && theirs.length == 256)
    #expect(own[0].cosine(with: own[1]) > own[0].cosine(with: own[2]))
  }

  @Test func putsBackTheWeightsThatItSaved() throws {
    let folder = try TemporaryFolder()
    let task = try SentenceCase.all[0].load()
    try task.save(to: folder.url)
    let parameter = try #require(task.store.parameters.first)
    let before = try parameter.master.clone()
    try parameter.assign(parameter.master * 2)
    try task.reload(from: folder.url)
    try expectClose(parameter.master, to: before, within: 0)
  }

  @Test("A bare encoder's folder gets the usual pooling, a tuned one keeps its own")
  func takesThePoolingOfTheFolder() throws {
    let example = SentenceCase.all[3]
    let folder = try example.folder()
    let tokenizer = try PretrainedTokenizer(folder: folder)
    func pooling(_ settings: SentenceEmbeddingSettings) throws -> TextPooling {
      let request = TunedModelRequest(folder: folder, tokenizer: tokenizer, options: .inference)
      return try SentenceEmbeddingTask(settings).tuned(request).layout.pooling
    }
    #expect(try pooling(.init()) == .last)
    #expect(try pooling(.init(pooling: .cls)) == .cls)
    let small = try SmallTask()
    #expect(try SentenceFolder(folder: small.folder.url) == nil)
    let plain = try TextEmbedder(folder: small.folder.url)
    #expect(plain.model.layout.pooling == .mean && !plain.model.layout.normalizes)
    #expect(plain.maximumLength == 32)
  }

  @Test(
    "Poolings are read in the spellings of all versions",
    arguments: [
      (#"{"pooling_mode": "lasttoken"}"#, TextPooling.last), (#"{"pooling_mode": ["max"]}"#, .max),
      (#"{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}"#, .cls),
      (#"{"word_embedding_dimension": 8}"#, .mean),
    ])
  func readsPoolings(text: String, pooling: TextPooling) throws {
    let folder = try Self.folder(pooling: text)
    let layout = try #require(try SentenceFolder(folder: folder.url))
    #expect(layout.pooling == pooling && layout.normalizes && layout.maximumLength == 7)
    #expect(layout.notes.count == 1)
    // What is not followed is told by every run.
    let small = try SmallTask()
    try FileManager.default.copyItem(
      at: small.folder.url.appending(path: "config.json"),
      to: folder.url.appending(path: "config.json"))
    let task = try SentenceEmbeddingTask().settled(onBase: ModelDescription(folder: folder.url))
    #expect(task.notes == layout.notes)
  }

  @Test(
    "What is not supported is refused in a sentence",
    arguments: [
      ("modules.json", "[", "modules.json is not JSON that can be read"),
      ("modules.json", "{}", "modules.json is no list."),
      (
        "modules.json", #"[{"type": "a.Transformer", "path": ""}, {"type": "a.Dense"}]"#,
        "modules.json asks for a.Dense, which is not supported."
      ),
      (
        "modules.json", #"[{"type": "a.Transformer", "path": "0_Transformer"}]"#,
        "its encoder lies in the subfolder 0_Transformer."
      ),
      ("modules.json", #"[{"type": "a.Transformer"}]"#, "modules.json names no pooling."),
      (
        "1_Pooling/config.json", #"{"pooling_mode": ["mean", "max"]}"#,
        "its pooling is mean and max. Supported is one of mean, cls, max and lasttoken."
      ),
      ("1_Pooling/config.json", "[]", "1_Pooling/config.json is missing, or no object."),
      (
        "config_sentence_transformers.json",
        #"{"prompts": {"query": "query: "}, "default_prompt_name": "query"}"#,
        #"its texts begin with the prompt "query: ", which is not supported."#
      ),
    ])
  func refusesWhatItCannotDo(file: String, text: String, sentence: String) throws {
    let folder = try Self.folder(pooling: #"{"pooling_mode": "mean"}"#)
    _ = try folder.file(file, containing: text)
    let error = try #require(throws: TasksError.self) { try SentenceFolder(folder: folder.url) }
    #expect(error.description.contains(sentence), "\(error)")
  }

  private static func folder(pooling: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let types = ["Transformer", "Pooling", "Normalize"]
    let modules = types.enumerated().map { place, type -> String in
      let path = place == 0 ? "" : "\(place)_\(type)"
      return #"{"idx": \#(place), "type": "a.b.\#(type)", "path": "\#(path)"}"#
    }
    _ = try folder.file("modules.json", containing: "[\(modules.joined(separator: ","))]")
    _ = try folder.file("1_Pooling/config.json", containing: pooling)
    _ = try folder.file(
      "sentence_bert_config.json", containing: #"{"max_seq_length": 7, "do_lower_case": true}"#)
    return folder
  }
}
