import Adapters
import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// What methods do to a model when they begin, end and are given wrong settings.
struct MethodTests {
  static let example = PEFTCase.all[0]

  static let methods: [TuningMethod] = {
    var dora = LoRASettings()
    dora.decomposesWeights = true
    var tables = LoRASettings(rank: 2, alpha: 4, targets: .modules(["query", "word_embeddings"]))
    tables.dropout = 0.1
    var vera = VeRASettings()
    vera.rank = 8
    return [
      .lora(LoRASettings()), .lora(dora), .lora(tables), .adaLoRA(AdaLoRASettings()), .vera(vera),
      .ia3(IA3Settings()), .bitFit(BitFitSettings()),
    ]
  }()

  @Test(arguments: methods)
  func `A method begins where the model is, and trains nothing of the base`(
    _ method: TuningMethod
  ) throws {
    let base = try Self.example.base()
    let batch = try Self.example.reference().batch()
    let before = try withoutGradients { try base.outputs(batch) }
    let bits = try base.store.parameters.map { try $0.master.values(as: Float.self) }
    let tuning = try base.attach(method)
    try expectClose(withoutGradients { try base.outputs(batch) }, to: before, within: 1e-6)
    let trained = Set(tuning.trained.map { ObjectIdentifier($0.parameter) })
    for parameter in base.store.parameters {
      #expect(parameter.isTrainable == trained.contains(ObjectIdentifier(parameter)))
    }
    try base.outputs(batch).sum().backward()
    for parameter in base.store.parameters where !parameter.isTrainable {
      #expect(parameter.value.gradient == nil, "\(parameter.name)")
    }
    tuning.detach()
    #expect(base.store.parameters.allSatisfy { !$0.isAttached })
    #expect(try base.store.parameters.map { try $0.master.values(as: Float.self) } == bits)
    try expectClose(withoutGradients { try base.outputs(batch) }, to: before, within: 0)
  }

  @Test func `LoRA begins with PEFT's distributions`() throws {
    let base = try Self.example.base()
    let tuning = try base.attach(.lora(LoRASettings(rank: 64, alpha: 8)))
    let first = try #require(tuning.trained.first { $0.name.hasSuffix("query.lora_A.weight") })
    let values = try first.parameter.master.values(as: Double.self)
    let bound = 1 / 24.0.squareRoot()
    #expect(values.allSatisfy { abs($0) <= bound })
    // The variance of 1536 even numbers is within 10 % of a third of the square of the bound.
    let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
    #expect(abs(variance / (bound * bound / 3) - 1) < 0.1)
  }

  @Test func `Dropout of a method's input depends on the seed and the step alone`() throws {
    let base = try Self.example.base()
    let batch = try Self.example.reference().batch()
    let tuning = try base.attach(.lora(LoRASettings(rank: 4, alpha: 8, dropout: 0.5)))
    try Perturbation.apply(tuning.trained, deviation: 0.1)
    let state = base.store.forwardState
    func outputs(_ microbatch: UInt64) throws -> [Float] {
      state.microbatch = microbatch
      return try withoutGradients { try base.outputs(batch).values(as: Float.self) }
    }
    let still = try outputs(0)
    state.isTraining = true
    #expect(try outputs(1) == outputs(1))
    #expect(try outputs(1) != outputs(2))
    state.isTraining = false
    #expect(try outputs(3) == still)
  }

  @Test func `Roles choose the same layers in every family`() throws {
    let llama = try #require(PEFTCase.all.first { $0.name == "lora-decoder" }).base()
    let tuning = try llama.attach(
      .lora(LoRASettings(rank: 2, alpha: 2, targets: .modules(["query", "down"]))))
    let layers = Set(tuning.attached.linearAdapters.map(\.layer.role))
    #expect(layers == [.query, .down])
    #expect(tuning.attached.linearAdapters.count == 4)
  }

  @Test(arguments: [
    Refusal("rank 0", "LoRA: rank is 0; it must be at least 1.") {
      TuningMethod.lora(LoRASettings(rank: 0, alpha: 8))
    },
    Refusal("dropout", "LoRA: dropout is 1.0; it must be from 0 to below 1.") {
      .lora(LoRASettings(rank: 1, alpha: 8, dropout: 1))
    },
    Refusal("two that exclude each other", "LoRA: dora and lora_bias exclude each other") {
      var settings = LoRASettings()
      settings.hasBias = true
      settings.decomposesWeights = true
      return .lora(settings)
    },
    Refusal("layers with a pattern", "layers and a pattern as targets exclude each other") {
      var settings = LoRASettings(rank: 1, alpha: 1, targets: .pattern(".*query"))
      settings.modules.layers = [0]
      return .lora(settings)
    },
    Refusal("ranks that rise", "ranks can only fall") {
      var settings = AdaLoRASettings()
      settings.targetRank = 20
      return .adaLoRA(settings)
    },
    Refusal("a schedule without room", "none is left in which ranks could fall") {
      var settings = AdaLoRASettings()
      (settings.warmupSteps, settings.finalSteps, settings.totalSteps) = (5, 5, 10)
      return .adaLoRA(settings)
    },
    Refusal("no expression", "which is no regular expression") {
      .lora(LoRASettings(rank: 1, alpha: 1, targets: .pattern("(")))
    },
    Refusal("a target that is none", "modules near it are query") {
      .lora(LoRASettings(rank: 1, alpha: 1, targets: .modules(["qery"])))
    },
    Refusal("a pattern without a match", "match no module of this model") {
      .lora(LoRASettings(rank: 1, alpha: 1, targets: .pattern(".*q_proj")))
    },
    Refusal("a module to save that is none", "is no module of this model") {
      var settings = LoRASettings()
      settings.modulesToSave = ["poller"]
      return .lora(settings)
    },
    Refusal("nothing to attach", "there is nothing to attach") { .full },
  ])
  func `Settings that cannot be are refused by name`(
    _ refusal: Refusal
  ) throws {
    let base = try Self.example.base()
    let error = #expect(throws: AdaptersError.self) { try base.attach(refusal.method()) }
    #expect(error?.description.contains(refusal.told) == true, "\(error?.description ?? "")")
    #expect(base.store.parameters.allSatisfy { !$0.isAttached })
    #expect(base.store.modules.linears.allSatisfy { $0.adapter == nil })
  }

  @Test func `Two methods at once are refused`() throws {
    let base = try Self.example.base()
    _ = try base.attach(.lora(LoRASettings()))
    let error = #expect(throws: AdaptersError.self) { try base.attach(.ia3(IA3Settings())) }
    #expect(error?.description.contains("exclude each other") == true)
  }

  @Test func `A model whose matrices are no dense layers cannot take LoRA`() throws {
    let configuration = ConfigurationFile(values: [
      "model_type": "lstm", "vocab_size": 20, "hidden_size": 8, "num_hidden_layers": 1,
      "embedding_size": 6,
    ])
    let model = try PretrainedEncoder(scratch: configuration)
    let error = #expect(throws: AdaptersError.self) {
      try Tuning.attach(
        .lora(LoRASettings()), to: model.store, of: model.family,
        configuration: model.configuration)
    }
    #expect(error?.description.contains("none outside its head") == true)
  }
}

/// A method that cannot be, and a part of what is told of it.
struct Refusal: Sendable, CustomTestStringConvertible {
  let name: String
  let told: String
  let method: @Sendable () -> TuningMethod

  var testDescription: String { name }

  init(_ name: String, _ told: String, _ method: @escaping @Sendable () -> TuningMethod) {
    self.name = name
    self.told = told
    self.method = method
  }
}
