import Adapters
import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Folders of other libraries.
struct ForeignFolderTests {
  private func numbers(_ seed: UInt64, _ shape: [Int]) throws -> Tensor {
    try BottleneckCase.numbers(seed, shape)
  }

  /// A folder as mlx-lm writes it, of one layer of a Llama.
  private func mlx(_ changes: [String: JSONValue] = [:], names: [String]? = nil) throws
    -> TemporaryFolder
  {
    let folder = try TemporaryFolder()
    var values: [String: JSONValue] = [
      "fine_tune_type": .string("lora"), "num_layers": .integer(1), "model": .string("a/base"),
      "lora_parameters": .object([
        "rank": .integer(2), "scale": .number(10), "dropout": .number(0),
      ]),
    ]
    values.merge(changes) { $1 }
    try ConfigurationFile(values: values).encoded()
      .write(to: folder.url.appending(path: "adapter_config.json"))
    let names = names ?? ["model.layers.0.self_attn.q_proj"]
    let tensors = try names.flatMap {
      [("\($0).lora_a", try numbers(1, [6, 2])), ("\($0).lora_b", try numbers(2, [2, 4]))]
    }
    try SafetensorsWriter.write(tensors, to: folder.url.appending(path: "adapters.safetensors"))
    return folder
  }

  @Test func `An MLX folder is read as LoRA`() throws {
    let folder = try mlx()
    #expect(AdapterFolder.kind(of: folder.url) == .mlx)
    let read = try MLXFolder(folder.url)
    let keys = read.peftConfiguration()
    #expect(try keys.integer("r") == 2)
    #expect(try keys.number("lora_alpha") == 20)
    #expect(try keys.texts("target_modules") == ["model.layers.0.self_attn.q_proj"])
    let weights = read.peftWeights()
    let name = "base_model.model.model.layers.0.self_attn.q_proj"
    #expect(weights.shape(of: "\(name).lora_A.weight") == [2, 6])
    try expectClose(
      weights.tensor("\(name).lora_B.weight"),
      to: numbers(2, [2, 4]).transposed(0, 1).contiguous(), within: 0)
    let opened = try AdapterFolder(folder.url)
    guard case .lora(let settings) = opened.method else {
      Issue.record("read as \(opened.method.key)")
      return
    }
    #expect(settings.rank == 2)
    #expect(settings.alpha == 20)
  }

  @Test func `mlx-lm's name of the bare model becomes the base's own`() throws {
    let folder = try mlx(names: ["model.h.0.attn.c_attn"])
    let read = try MLXFolder(folder.url)
    let modules = ["transformer.h.0.attn.c_attn", "transformer.h.0.mlp.c_fc"]
    #expect(
      read.peftWeights(for: modules).names.first
        == "base_model.model.transformer.h.0.attn.c_attn.lora_A.weight")
  }

  @Test func `LoRA is written as mlx-lm stores it, and read back`() throws {
    let folder = try TemporaryFolder()
    let name = "base_model.model.transformer.h.0.attn.c_attn"
    let (down, up) = (try numbers(1, [2, 6]), try numbers(2, [4, 2]))
    let family = try ModelFamily.of(ConfigurationFile(values: ["model_type": .string("gpt2")]))
    let keys: [String: JSONValue] = ["r": .integer(2), "lora_alpha": .integer(8)]
    try MLXFolder.write(
      [("\(name).lora_A.weight", down), ("\(name).lora_B.weight", up)], configuration: keys,
      of: family, base: "a/base", to: folder.url)
    let read = try MLXFolder(folder.url)
    #expect(read.modules == ["model.h.0.attn.c_attn"])
    #expect(read.scale == 4)
    #expect(read.base == "a/base")
    let weights = read.peftWeights(for: ["transformer.h.0.attn.c_attn"])
    try expectClose(weights.tensor("\(name).lora_A.weight"), to: down, within: 0)
    try expectClose(weights.tensor("\(name).lora_B.weight"), to: up, within: 0)
    #expect(throws: AdaptersError.self) {
      try MLXFolder.write(
        [("base_model.model.score.weight", up)], configuration: keys, of: family, base: nil,
        to: folder.url)
    }
    #expect(throws: AdaptersError.self) {
      var others = keys
      others["rank_pattern"] = .object(["c_attn": .integer(4)])
      try MLXFolder.write(
        [("\(name).lora_A.weight", down)], configuration: others, of: family, base: nil,
        to: folder.url)
    }
    let bert = try ModelFamily.of(ConfigurationFile(values: ["model_type": .string("bert")]))
    #expect(throws: AdaptersError.self) {
      try MLXFolder.write(
        [("\(name).lora_A.weight", down)], configuration: keys, of: bert, base: nil,
        to: folder.url)
    }
  }

  @Test func `An MLX folder that is none is refused with a reason`() throws {
    func sentence(_ folder: TemporaryFolder) -> String {
      do {
        _ = try MLXFolder(folder.url)
        return ""
      } catch { return "\(error)" }
    }
    #expect(sentence(try mlx(["fine_tune_type": .string("full")])).contains("fine_tune_type"))
    #expect(sentence(try mlx(["lora_parameters": .object([:])])).contains("rank"))
    let lacking = try mlx()
    try FileManager.default.removeItem(at: lacking.url.appending(path: "adapters.safetensors"))
    #expect(sentence(lacking).contains("adapters.safetensors is needed"))
    let damaged = try mlx()
    try Data("no tensors".utf8).write(to: damaged.url.appending(path: "adapters.safetensors"))
    #expect(sentence(damaged).contains("not a safetensors file"))
    let broken = try mlx()
    try Data("{".utf8).write(to: broken.url.appending(path: "adapter_config.json"))
    #expect(sentence(broken).contains("JSON"))
  }

  @Test func `An AdapterHub folder is written and read`() throws {
    let folder = try TemporaryFolder()
    let place = try BottleneckCase()
    let method = try #require(place.attach(.houlsby) as? BottleneckAdapters)
    let head = try place.store.attach("classifier.weight", numbers(3, [2, 8]))
    try AdapterHubFolder.write(method, as: "sentiment", head: [head], to: folder.url)
    #expect(AdapterFolder.kind(of: folder.url) == .adapterHub)
    let read = try AdapterHubFolder(folder.url)
    #expect(read.name == "sentiment")
    #expect(read.modelType == "bert")
    #expect(read.hiddenSize == 8)
    #expect(read.settings == .houlsby)
    #expect(
      read.weights.contains(
        "bert.encoder.layer.0.attention.output.adapters.sentiment.adapter_up.weight"))
    let opened = try AdapterFolder(folder.url)
    #expect(opened.method == .bottleneck(.houlsby))
    let weights = try opened.weights()
    #expect(weights.contains("base_model.model.classifier.weight"))
    let other = try BottleneckCase()
    let second = try other.attach(.houlsby)
    for parameter in second.parameters { try parameter.assign(Tensor.ones(parameter.shape)) }
    try second.load(weights)
    for (one, another) in zip(method.parameters, second.parameters) {
      try expectClose(another.value, to: one.value, within: 0)
    }
    try read.require(place.scope.family, width: 8)
    #expect(throws: AdaptersError.self) { try read.require(place.scope.family, width: 16) }
    let gpt2 = try ModelFamily.of(ConfigurationFile(values: ["model_type": .string("gpt2")]))
    #expect(throws: AdaptersError.self) { try read.require(gpt2, width: 8) }
  }

  @Test func `A folder of no known kind is refused`() throws {
    let folder = try TemporaryFolder()
    #expect(AdapterFolder.kind(of: folder.url) == .unknown)
    _ = try folder.file("adapter_config.json", containing: "{\"rank\": 3}")
    #expect(AdapterFolder.kind(of: folder.url) == .unknown)
    let error = #expect(throws: AdaptersError.self) { try AdapterDescription(folder.url) }
    #expect(error?.description.contains("no kind that is known") == true)
  }

  @Test func `A description tells kind, rank, targets, base and sizes`() throws {
    let folder = try mlx()
    let description = try AdapterDescription(folder.url)
    let lines = Dictionary(uniqueKeysWithValues: description.lines)
    #expect(lines["kind"] == "MLX")
    #expect(lines["method"] == "LORA")
    #expect(lines["rank"] == "2")
    #expect(lines["base"] == "a/base")
    #expect(description.parameterCount == 20)
    #expect(description.byteCount == 80)
    #expect(lines["targets"] == "model.layers.0.self_attn.q_proj")
  }

  @Test func `What fits a model, what is missing and what is left over is told`() throws {
    let folder = try TemporaryFolder()
    let prefix = "base_model.model.bert.encoder.layer"
    _ = try folder.file(
      "adapter_config.json",
      containing: "{\"peft_type\": \"LORA\", \"r\": 2, \"target_modules\": [\"query\"]}")
    try SafetensorsWriter.write(
      [
        ("\(prefix).0.query.lora_A.weight", numbers(1, [2, 6])),
        ("\(prefix).0.query.lora_B.weight", numbers(1, [6, 2])),
        ("\(prefix).1.query.lora_A.weight", numbers(1, [2, 5])),
        ("\(prefix).1.query.lora_B.weight", numbers(1, [6, 2])),
        ("\(prefix).7.query.lora_A.weight", numbers(1, [2, 6])),
        ("\(prefix).2.query.lora_B.weight", numbers(1, [6, 2])),
        ("base_model.model.classifier.weight", numbers(1, [2, 6])),
        ("base_model.model.other.weight", numbers(1, [2, 6])),
      ], to: folder.url.appending(path: "adapter_model.safetensors"))
    var shapes: [String: [Int]] = ["classifier.weight": [2, 6]]
    for layer in 0..<3 { shapes["bert.encoder.layer.\(layer).query.weight"] = [6, 6] }
    let fit = try AdapterDescription(folder.url).fit(shapes)
    #expect(fit.matched.count == 5)
    #expect(fit.reshaped.count == 1)
    #expect(fit.missing == ["\(prefix).2.query.lora_A.weight"])
    #expect(
      fit.leftOver == ["\(prefix).7.query.lora_A.weight", "base_model.model.other.weight"].sorted())
    #expect(!fit.isWhole)
    #expect(fit.notes.count == 4)
  }
}
