import Adapters
import Foundation
import Layers
import Optimizers
import Recipes
import TestSupport
import Testing
import Training

/// The `method` and `freezing` blocks of a recipe.
@Suite struct MethodTests {
  @Test func theThreeWaysToNameAMethodMeanTheSame() throws {
    let block = try read("method: {lora: {rank: 4, alpha: 16, targets: [query, value]}}").recipe
    let kind = try read("method: {kind: lora, rank: 4, alpha: 16, targets: 'query,value'}").recipe
    let flags = try read(
      flags: [
        flag("method", "lora"), flag("rank", "4"), flag("alpha", "16"),
        flag("targets", "query,value"),
      ]
    ).recipe
    let foreign = try read(
      "peft_type: LORA\nr: 4\nlora_alpha: 16\ntarget_modules: [query, value]"
    ).recipe
    #expect(block.method.kind == .lora)
    #expect(block.method.lora.rank == 4)
    #expect(block.method.lora.alpha == 16)
    #expect(block.method.lora.modules.targets == .modules(["query", "value"]))
    #expect(kind == block)
    #expect(flags == block)
    #expect(foreign == block)
  }

  @Test func aWordIsEnoughAndAnEmptySectionTooOfAnyMethod() throws {
    for kind in MethodConfiguration.Kind.allCases {
      #expect(try read("method: \(kind.rawValue)").recipe.method.kind == kind)
    }
    #expect(try read("method:\n  prefix:").recipe.method.kind == .prefix)
    #expect(try read("").recipe.method.kind == .full)
  }

  @Test(arguments: [
    ("all-linear", ModuleTargets.allLinear), ("query", .modules(["query"])),
    ("'query,value'", .modules(["query", "value"])),
    ("'.*layer.[01].*'", .pattern(".*layer.[01].*")),
    ("[role:query, role:down]", .roles([.query, .down])),
  ])
  func targetsAreNamesAPatternRolesOrAllLinear(text: String, targets: ModuleTargets) throws {
    let recipe = try read("method: {lora: {targets: \(text)}}").recipe
    #expect(recipe.method.lora.modules.targets == targets)
  }

  @Test func aStoredRecipeOfEachMethodReadsBackEqual() throws {
    let lines = [
      "lora: {rank: 4, alpha: 3.5, dropout: 0.1, targets: all-linear, exclude: [pooler], "
        + "layers: [0, 1], layersPattern: [layer], rankPattern: {query: 2}, "
        + "alphaPattern: {'a.b': 7}, rsLoRA: true, dora: true, bias: changed, "
        + "initialization: gaussian, learningRateRatio: 16, modulesToSave: [pooler]}",
      "adalora: {initialRank: 6, targetRank: 3, warmupSteps: 5, finalSteps: 7, interval: 2, "
        + "beta1: 0.8, beta2: 0.7, orthogonality: 0.1, targets: '.*query'}",
      "vera: {rank: 64, projectionSeed: 3, saveProjection: false, initialScale: 0.2}",
      "ia3: {targets: [key, value, output.dense], feedforward: [output.dense]}",
      "bottleneck: {placement: houlsby, reductionFactor: 4, activation: relu, leaveOut: [1]}",
      "prefix: {virtualTokens: 5, reparameterization: true, encoderHiddenSize: 16}",
      "prompt: {virtualTokens: 7, start: 'tell the label of: '}",
      "p-tuning: {virtualTokens: 7, encoder: LSTM, encoderLayers: 1, encoderDropout: 0.1}",
      "bitfit: {pattern: '.*attention.*bias'}",
    ]
    for line in lines {
      let recipe = try read("method: {\(line), base: bfloat16}").recipe
      let text = recipe.yaml()
      let back = try RecipeBuilder(yaml: text).build()
      #expect(back.recipe == recipe, "\(line)")
      #expect(back.notes.isEmpty)
      let json = try JSONEncoder().encode(recipe)
      #expect(try JSONDecoder().decode(Recipe.self, from: json) == recipe)
    }
  }

  @Test func onlyTheSettingsOfTheMethodAreWritten() throws {
    #expect(!(try read("").recipe.yaml().contains("lora")))
    let text = try read("method: ia3").recipe.yaml()
    #expect(text.contains("method:\n  kind: ia3\n  base: auto\n  ia3:\n    targets: ["))
    #expect(!text.contains("lora"))
  }

  @Test func theLearningRateIsThatOfTheMethodAndIsTold() throws {
    let usual = try read("method: lora")
    #expect(usual.recipe.optimizer.learningRate == 5e-4)
    #expect(
      usual.notes == [
        "optimizer.learningRate is not given and is 5.0e-04, usual for LoRA (Hu et al., 2021, for "
          + "RoBERTa)"
      ] || usual.notes.first?.hasPrefix("optimizer.learningRate is not given and is 0.0005") == true
    )
    let given = try read("method: lora\noptimizer: {learningRate: 1.0e-3}")
    #expect(given.recipe.optimizer.learningRate == 1e-3)
    #expect(given.notes.isEmpty)
  }

  @Test func aFlagReplacesTheMethodOfAFile() throws {
    let resolved = try read("method: {lora: {rank: 4}}", flags: [flag("method", "ia3")])
    #expect(resolved.recipe.method.kind == .ia3)
    #expect(resolved.notes.first == "--method: replaces method.lora (recipe.yaml:5:10)")
    #expect(
      try read("method: {lora: {rank: 4}}", flags: [flag("rank", "2")]).recipe.method.lora.rank == 2
    )
  }

  @Test(arguments: [
    ("method: {lora: {rank: 0}}", "recipe.yaml:5:23: method.lora.rank is 0; it must be at least 1"),
    (
      "method: {lora: {}, prefix: {}}",
      "recipe.yaml:5:20: method.prefix and method.lora (recipe.yaml:5:10) exclude each other; a run "
        + "has one method"
    ),
    (
      "method: {lora: {rang: 4}}",
      "recipe.yaml:5:17: there is no setting 'method.lora.rang'; did you mean 'method.lora.rank'?"
    ),
    (
      "method: {lora: {targets: []}}",
      "recipe.yaml:5:26: method.lora.targets is empty; name at least one module, or leave the key out"
    ),
    (
      "method: {kind: prefix, rank: 4}",
      "recipe.yaml:5:24: method.rank is set, but Prefix tuning has none; it has virtualTokens, "
        + "reparameterization, encoderHiddenSize"
    ),
    ("rank: 4", "recipe.yaml:5:1: rank belongs to a method; name one: --method lora"),
    (
      "method: lorra",
      "recipe.yaml:5:9: method: expected one of full, lora, adalora, vera, ia3, bottleneck, prefix, "
        + "prompt, p-tuning, bitfit, found 'lorra'; did you mean 'lora'?"
    ),
    (
      "method: {base: nf4}",
      "recipe.yaml:5:16: method.base is nf4, but the whole model is tuned; name a method, such as "
        + "lora, or leave it out"
    ),
  ])
  func aMethodThatCannotBeIsRefused(lines: String, sentence: String) {
    #expect(refusals(lines) == [sentence])
  }

  @Test func aMethodAndFreezingExcludeEachOther() {
    let sentences = refusals("method: lora\nfreezing: {topLayers: 1}")
    #expect(sentences.count == 1)
    #expect(sentences.first?.contains("which freezes the model itself") == true)
  }

  @Test func freezingIsReadAndWritten() throws {
    let recipe = try read(
      "freezing: {frozen: [embeddings], gradual: {every: epoch, layers: 2}}\n"
        + "optimizer: {layerDecay: 0.9}",
      flags: [flag("top-layers", "2")]
    ).recipe
    #expect(recipe.freezing.topLayers == 2)
    #expect(recipe.freezing.frozen == ["embeddings"])
    #expect(recipe.freezing.gradual == GradualUnfreezing(every: .epoch, layers: 2))
    #expect(recipe.optimizer.layerDecay == 0.9)
    #expect(try RecipeBuilder(yaml: recipe.yaml()).build().recipe == recipe)
  }
}
