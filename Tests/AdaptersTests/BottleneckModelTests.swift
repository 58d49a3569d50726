import Adapters
import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Bottleneck adapters, and LoRA of mlx-lm, on whole models.
struct BottleneckModelTests {
  private static let sizes: [String: JSONValue] = [
    "vocab_size": .integer(30), "hidden_size": .integer(8), "num_hidden_layers": .integer(2),
    "num_attention_heads": .integer(2), "intermediate_size": .integer(12),
    "max_position_embeddings": .integer(16), "embedding_size": .integer(8),
    "dim": .integer(8), "n_layers": .integer(2), "n_heads": .integer(2),
    "hidden_dim": .integer(12), "n_embd": .integer(8), "n_layer": .integer(2),
    "n_head": .integer(2), "n_positions": .integer(16), "d_model": .integer(8),
    "d_kv": .integer(4), "d_ff": .integer(12), "num_layers": .integer(2),
    "num_heads": .integer(2), "num_key_value_heads": .integer(2),
  ]

  private static let places = [
    "bert": "bert.encoder.layer.1.attention.output", "roberta": "roberta.encoder.layer.1.output",
    "electra": "electra.encoder.layer.0.output",
    "distilbert": "distilbert.transformer.layer.1.output_adapters",
    "albert": "albert.encoder.albert_layer_groups.0.albert_layers.0.output_adapters",
    "gpt2": "transformer.h.1.attention_adapters", "llama": "model.layers.1.output_adapters",
  ]

  private func classifier(_ family: String) throws -> PretrainedClassifier {
    var values = Self.sizes
    values["model_type"] = .string(family)
    var options = ParameterStore.Options()
    options.seed = 3
    return try PretrainedClassifier(
      scratch: ConfigurationFile(values: values),
      labels: ClassificationLabels(names: ["a", "b"], problem: .singleLabel), dropout: 0,
      options: options)
  }

  @Test(arguments: places.keys.sorted())
  func `Adapters have the library's names, begin as nothing, and are trained alone`(
    family: String
  ) throws {
    let loaded = try classifier(family)
    let batch = try RaggedBatch([[4, 5, 6], [7, 8, 9, 10, 11]])
    let before = try withoutGradients { try loaded.model(batch) }
    var settings = BottleneckSettings.houlsby
    settings.start = .mam
    let tuning = try Tuning.attach(
      .bottleneck(settings), to: loaded.store, of: loaded.family,
      configuration: loaded.configuration)
    let names = try tuning.attached.stored().map(\.name)
    let place = try #require(Self.places[family])
    #expect(names.contains("\(place).adapters.default.adapter_up.weight"))
    // ALBERT's layers share their weights, and so their adapters.
    #expect(names.count == (family == "albert" ? 1 : 2) * 2 * 4)
    try expectClose(withoutGradients { try loaded.model(batch) }, to: before, within: 1e-5)
    try loaded.model(batch).squared().sum().backward()
    for parameter in loaded.store.parameters {
      #expect((parameter.value.gradient != nil) == parameter.isTrainable, "\(parameter.name)")
    }
    let frozen = tuning.attached.parameters.filter { !$0.isTrainable }
    #expect(frozen.isEmpty)
    tuning.detach()
    #expect(loaded.store.modules.sublayers.allSatisfy { $0.adapter == nil })
  }

  @Test func `An adapter of AdapterHub gives another copy of the base the same outputs`() throws {
    let folder = try TemporaryFolder()
    let batch = try RaggedBatch([[4, 5, 6], [7, 8, 9, 10, 11]])
    let first = try classifier("bert")
    let tuning = try Tuning.attach(
      .bottleneck(.pfeiffer), to: first.store, of: first.family,
      configuration: first.configuration)
    let method = try #require(tuning.attached as? BottleneckAdapters)
    let head = first.store.parameters.filter { $0.name.hasPrefix("classifier.") }
    for (seed, parameter) in (method.parameters + head).enumerated() {
      try parameter.assign(BottleneckCase.numbers(UInt64(seed), parameter.shape))
    }
    try AdapterHubFolder.write(method, as: "task", head: head, to: folder.url)
    let second = try classifier("bert")
    let (_, report) = try AdapterFolder(folder.url).attach(
      to: second.store, of: second.family, configuration: second.configuration)
    #expect(report.extra.isEmpty)
    try withoutGradients {
      try expectClose(second.model(batch), to: first.model(batch), within: 1e-6)
    }
  }

  @Test(arguments: ["llama", "gpt2"])
  func `LoRA through a folder of mlx-lm gives the same outputs`(family: String) throws {
    let folder = try TemporaryFolder()
    let batch = try RaggedBatch([[4, 5, 6], [7, 8, 9, 10, 11]])
    let first = try classifier(family)
    let tuning = try Tuning.attach(
      .lora(LoRASettings(rank: 2, alpha: 6)), to: first.store, of: first.family,
      configuration: first.configuration)
    for (seed, parameter) in tuning.attached.parameters.enumerated() {
      try parameter.assign(BottleneckCase.numbers(UInt64(seed), parameter.shape))
    }
    try MLXFolder.write(
      tuning.attached.stored(), configuration: tuning.configuration(), of: first.family,
      base: nil, to: folder.url)
    let second = try classifier(family)
    _ = try AdapterFolder(folder.url).attach(
      to: second.store, of: second.family, configuration: second.configuration)
    try withoutGradients {
      try expectClose(second.model(batch), to: first.model(batch), within: 1e-5)
    }
  }
}
