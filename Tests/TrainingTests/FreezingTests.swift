import Layers
import Optimizers
import Tasks
import Testing
import Torch
import TorchTestSupport
import Training

/// What of a model is trained, by layers and by names.
struct FreezingTests {
  /// The names that settings leave trainable in a small BERT of two layers.
  private func trained(_ settings: FreezingSettings) throws -> Set<String> {
    let store = try SmallTask().load().store
    let plan = try FreezingPlan(settings, store)
    return Set(store.parameters.filter { plan.stage(of: $0) != nil }.map(\.name))
  }

  private func all() throws -> Set<String> {
    Set(try SmallTask().load().store.parameters.map(\.name))
  }

  @Test("The top layers are trained with what follows them", arguments: [0, 1, 2])
  func trainsTopLayers(count: Int) throws {
    let names = try trained(FreezingSettings(topLayers: count))
    let expected = try all().filter { name in
      !name.hasPrefix("bert.embeddings.")
        && !(0..<2 - count).contains { name.hasPrefix("bert.encoder.layer.\($0).") }
    }
    #expect(names == expected)
    #expect(names.contains("bert.pooler.dense.weight") && names.contains("classifier.bias"))
  }

  @Test func freezesByWordsAndExpressions() throws {
    let all = try all()
    #expect(
      try trained(FreezingSettings(frozen: ["embeddings"]))
        == all.filter { !$0.hasPrefix("bert.embeddings.") })
    #expect(
      try trained(FreezingSettings(frozen: [#"layer\.0\."#, "norms"]))
        == all.filter { !$0.contains("layer.0.") && !$0.contains("LayerNorm") })
    #expect(
      try trained(FreezingSettings(frozen: ["head"]))
        == all.filter { !$0.hasPrefix("bert.pooler.") && !$0.hasPrefix("classifier.") })
  }

  @Test("What is named trainable alone is trained, or what is named besides")
  func trainsByName() throws {
    let all = try all()
    #expect(
      try trained(FreezingSettings(trainable: ["biases", "classifier"]))
        == all.filter { $0.hasSuffix("bias") || $0.contains("classifier") })
    #expect(
      try trained(FreezingSettings(topLayers: 0, trainable: ["norms"]))
        == all.filter {
          $0.contains("LayerNorm") || $0.contains("pooler") || $0.contains("classifier")
        })
  }

  @Test func trainsANewHeadWhateverIsNamed() throws {
    let store = ParameterStore(source: nil)
    _ = try store.root["encoder"]["layer"][0].parameter("weight", shape: [2, 2], .ones)
    let head = try store.root["classifier"].parameter("weight", shape: [2, 2], .ones)
    let plan = try FreezingPlan(FreezingSettings(trainable: ["layer.0"]), store)
    #expect(plan.stage(of: head) == 0)
    let without = try FreezingPlan(FreezingSettings(frozen: ["classifier"]), store)
    #expect(without.stage(of: head) == nil)
  }

  // MARK: Other families

  private func store(_ names: [String]) throws -> ParameterStore {
    let store = ParameterStore(source: nil)
    for name in names {
      var parts = name.split(separator: ".").map(String.init)
      let last = parts.removeLast()
      _ = try parts.reduce(store.root) { $0[$1] }.parameter(last, shape: [2], .ones)
    }
    return store
  }

  @Test("Encoder and decoder count their layers each from the top")
  func countsBothStacks() throws {
    let blocks = ["encoder", "decoder"].flatMap { stack in
      (0..<3).map { "\(stack).block.\($0).layer.0.weight" } + ["\(stack).final_layer_norm.weight"]
    }
    let store = try store(["shared.weight"] + blocks + ["lm_head.weight"])
    let plan = try FreezingPlan(FreezingSettings(topLayers: 1), store)
    #expect(
      store.parameters.filter { plan.stage(of: $0) == 0 }.map(\.name) == [
        "encoder.block.2.layer.0.weight", "encoder.final_layer_norm.weight",
        "decoder.block.2.layer.0.weight", "decoder.final_layer_norm.weight", "lm_head.weight",
      ])
  }

  @Test func refusesToCountLayersThatAreShared() throws {
    let store = try store([
      "albert.embeddings.word_embeddings.weight",
      "albert.encoder.albert_layer_groups.0.albert_layers.0.ffn.weight", "classifier.weight",
    ])
    let told = sentence { try FreezingPlan(FreezingSettings(topLayers: 1), store) }
    #expect(
      told == "freezing.topLayers counts layers, but all layers of this model share their weights, "
        + "as ALBERT's do. Leave it out, or name parameters in freezing.frozen.")
    #expect(sentence { try FreezingPlan(FreezingSettings(frozen: ["embeddings"]), store) } == nil)
  }

  @Test func refusesToCountLayersThatAreNotThere() throws {
    let store = try store(["embedding.weight", "lstm.weight_ih_l0", "classifier.weight"])
    let gradual = FreezingSettings(gradual: GradualUnfreezing())
    #expect(
      sentence { try FreezingPlan(gradual, store) }
        == "freezing.gradual counts layers, but the parameters of this model have no numbered layers."
        + " Leave it out, or name parameters in freezing.frozen.")
  }

  // MARK: Bad settings

  @Test("A pattern that matches nothing is refused with names that are near")
  func refusesPatternsThatMatchNothing() throws {
    #expect(
      sentence { try trained(FreezingSettings(frozen: ["encodr.layer"])) }
        == "The pattern 'encodr.layer' of freezing.frozen matches no parameter of the model. Near "
        + "names: encoder.")
    #expect(
      sentence { try trained(FreezingSettings(trainable: ["zzzzzz"])) }?.contains(
        "They are called bert.embeddings.word_embeddings.weight, ") == true)
  }

  @Test func refusesMoreLayersThanThereAre() throws {
    #expect(
      sentence { try trained(FreezingSettings(topLayers: 3)) }
        == "freezing.topLayers is 3; the model has 2 layers. Choose fewer, or leave it out to train "
        + "all and the embeddings.")
  }

  @Test(
    arguments: [
      (FreezingSettings(topLayers: -1), "topLayers"), (FreezingSettings(frozen: [""]), "frozen"),
      (FreezingSettings(trainable: ["("]), "trainable"),
      (FreezingSettings(gradual: .init(every: .never)), "gradual.every"),
      (FreezingSettings(gradual: .init(every: .steps(0))), "gradual.every"),
      (FreezingSettings(gradual: .init(layers: 0)), "gradual.layers"),
      (FreezingSettings(gradual: .init(startLayers: -1)), "gradual.startLayers"),
    ])
  func refusesValues(settings: FreezingSettings, key: String) throws {
    #expect(settings.problems.map(\.key).contains(key))
    #expect(throws: ConfigurationError.self) { try trained(settings) }
  }

  @Test func refusesToFreezeEverything() throws {
    #expect(
      sentence { try trained(FreezingSettings(frozen: ["."])) }
        == "freezing leaves no parameter of the model trainable. Freeze less.")
  }

  // MARK: Runs

  @Test("A run moves what is trained and nothing else, which has neither gradient nor moments")
  func movesOnlyWhatIsTrained() throws {
    let folder = try TemporaryRun()
    var run = SmallRun(try SmallTask())
    run.training.length = .steps(3)
    run.freezing = FreezingSettings(topLayers: 1)
    var task: TextClassification?
    let before = try run.small.load().store
    let trainer = try run.trainer(resume: folder.url) { task = $0 }
    let share = trainer.trainableShare
    #expect(try trainer.run() == .completed)
    let store = try #require(task).store
    let moved = try store.parameters.filter { parameter in
      try StoredTensor(parameter.master) != StoredTensor(#require(before[parameter.name]).master)
    }
    let plan = try FreezingPlan(FreezingSettings(topLayers: 1), store)
    // The key's bias has no gradient but rounding: adding one number to all scores changes none.
    let expected = store.parameters.filter { plan.stage(of: $0) != nil }
    #expect(Set(expected.map(\.name)).isSuperset(of: moved.map(\.name)))
    #expect(moved.count >= expected.count - 1)
    #expect(share.trainable == expected.reduce(0) { $0 + $1.count })
    #expect(try folder.names("weights") == Set(expected.map(\.name)))
    #expect(try folder.names("optimizer").count == 2 * expected.count)
    #expect(store.parameters.filter { plan.stage(of: $0) == nil }.allSatisfy { !$0.isTrainable })
  }

  @Test(
    "The rate falls from layer to layer, the head's being the whole", arguments: [0.5, 0.9])
  func decaysRatesByLayer(decay: Double) throws {
    let moves = { (decay: Double?) in
      var run = SmallRun(try SmallTask())
      run.dropout = 0
      run.training.length = .steps(1)
      run.training.maximumGradientNorm = nil
      run.optimizer = OptimizerConfiguration(kind: .sgd, learningRate: 0.1, layerDecay: decay)
      run.schedule = ScheduleConfiguration(kind: .constant)
      let before = try run.small.load().store
      var task: TextClassification?
      _ = try run.trainer { task = $0 }.run()
      return try #require(task).store.parameters.map { parameter in
        let old = try #require(before[parameter.name]).master
        return (parameter.name, try (parameter.master - old).norm().item())
      }
    }
    for ((name, whole), (_, own)) in zip(try moves(nil), try moves(decay)) {
      let depth =
        name.hasPrefix("bert.embeddings")
        ? 3 : name.contains("layer.0.") ? 2 : name.contains("layer.1.") ? 1 : 0
      let factor = (0..<depth).reduce(1.0) { product, _ in product * decay }
      // Differences of weights near 1 are known to their rounding.
      #expect(abs(own - factor * whole) <= 1e-3 * whole + 1e-5, "\(name)")
    }
  }

  @Test func tellsTheShare() {
    #expect(
      TrainableShare(trainable: 14_850, total: 109_499_138).description
        == "14,850 of 109,499,138 parameters (0.014 %)")
    #expect(
      TrainableShare(trainable: 250, total: 1000).description == "250 of 1,000 parameters (25.0 %)")
    #expect(TrainableShare(trainable: 0, total: 0).description == "0 of 0 parameters (0.0 %)")
    #expect(TrainableShare(trainable: 3, total: 100).description == "3 of 100 parameters (3.00 %)")
  }
}
