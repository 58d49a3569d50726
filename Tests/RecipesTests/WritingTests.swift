import Foundation
import Optimizers
import Recipes
import TestSupport
import Tasks
import Testing
import Training

@Suite struct WritingTests {
  private static let odd = Recipe(
    model: "models/bert: base #1", task: TaskConfiguration(problem: .multiLabel),
    data: DataConfiguration(
      train: "数据/训练 集.csv", validation: .file("0.5"), test: "none", format: .tsv,
      textColumn: "yes", pairColumn: "null", labelColumn: "3", labelSeparator: nil,
      labelColumns: ["a, b", "[c]", "d\n\"e\"\\", "\u{1F600}", "-", "\u{0}\u{7F}", "on"],
      maxLength: 77, truncation: .onlyFirst, truncationSide: .left,
      maximumTruncatedShare: 1, onBadRow: .leaveOut, dropDuplicates: true, stratified: false),
    training: TrainingConfiguration(
      length: .steps(123), batch: .tokens(4096), evaluationBatch: .tokens(9),
      gradientAccumulation: 2, maximumGradientNorm: nil, precision: .bf16, seed: 0, dropout: 0.3,
      classWeights: .explicit(["x y": 0.1, "1": 3, "{": 1e-7]), evaluateEvery: .steps(9),
      metricForBest: "f1_macro", keepBest: false, earlyStoppingPatience: 4, order: .sequential,
      logEverySteps: 1, saveEvery: .never, keepCheckpoints: 3, threads: 2, device: .cpu),
    optimizer: OptimizerConfiguration(
      kind: .adafactor, learningRate: 0.1 + 0.2, beta1: 1.0 / 3, beta2: 0,
      epsilon: .leastNonzeroMagnitude,
      weightDecay: 1e300, momentum: 0.9, nesterov: true,
      adafactor: AdafactorConfiguration(
        relativeStep: true, scaleParameter: true, warmupInit: true, clipThreshold: 2,
        decayRate: -1, squaredGradientEpsilon: 1e-20, parameterScaleEpsilon: 1e-4, beta1: 0.5)),
    schedule: ScheduleConfiguration(
      kind: .cosine, warmup: .ratio(0.25), power: 3, finalLearningRate: 0),
    output: OutputConfiguration(folder: "./runs/äö", overwrite: true))

  @Test func whatIsWrittenReadsBackEqual() throws {
    let text = Self.odd.yaml(header: ["written by finetune 0.1\nlibtorch 2.13"])
    let resolved = try RecipeBuilder(yaml: text).build()
    #expect(resolved.recipe == Self.odd)
    #expect(resolved.notes.isEmpty)
    #expect(text.hasPrefix("# written by finetune 0.1\n# libtorch 2.13\nmodel:"))
  }

  @Test func defaultsReadBackEqual() throws {
    let recipe = try read(flags: [flag("validation", "none")]).recipe
    #expect(try RecipeBuilder(yaml: recipe.yaml()).build().recipe == recipe)
  }

  @Test func everySettingIsWritten() throws {
    let given = try RecipeBuilder(yaml: Self.odd.yaml()).build().given
    // Of the methods' settings only those of the one that is used.
    let ofMethods = Recipe.keys.filter { $0.hasPrefix("method.") }
    #expect(
      given == Set(Recipe.keys).subtracting(ofMethods).union(["method.kind", "method.base"]))
  }

  @Test func theCanonicalFormIsOneLineASetting() throws {
    let text = try read("batch_tokens: 2_048\nlearning-rate: 5e-5").recipe.yaml()
    #expect(
      text.hasPrefix(
        "model: demo/model\nmodelRevision: null\ntask: text-classification\nproblem: auto\n\ndata:\n"
      ))
    #expect(text.contains("  batchSize: null\n  batchTokens: 2048\n"))
    #expect(text.contains("\noptimizer:\n  kind: adamw\n  learningRate: 5.0e-05\n"))
    #expect(text.contains("  adafactor:\n    relativeStep: false\n"))
  }

  /// PyYAML, which follows YAML 1.1, sees numbers as numbers and texts as the same texts.
  @Test func otherReadersSeeTheSameValues() throws {
    let values: [String: String] = try PythonOracle("recipe_yaml").run(Self.odd.yaml())
    #expect(values["optimizer.learningRate"].flatMap(Double.init) == 0.1 + 0.2)
    #expect(values["optimizer.epsilon"].flatMap(Double.init) == .leastNonzeroMagnitude)
    #expect(values["optimizer.weightDecay"].flatMap(Double.init) == 1e300)
    #expect(values["data.textColumn"] == "\"yes\"")
    #expect(values["data.pairColumn"] == "\"null\"")
    #expect(values["data.labelColumn"] == "\"3\"")
    #expect(values["data.validation"] == "\"0.5\"")
    #expect(values["data.dropDuplicates"] == "true")
    #expect(values["training.maximumSteps"] == "123")
    #expect(values["training.epochs"] == "null")
    #expect(values["training.classWeights"] == #"{"1": 3, "x y": 0.1, "{": 1e-07}"#)
    let columns = try JSONDecoder().decode(
      [String].self, from: Data((values["data.labelColumns"] ?? "").utf8))
    #expect(columns == Self.odd.data.labelColumns)
  }

  @Test func aFileIsWrittenWholeOrNotAtAll() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "recipe.yaml")
    try Self.odd.write(to: file, header: ["one"])
    #expect(try Recipe(file: file.path) == Self.odd)
    let nowhere = folder.url.appending(path: "no/such/folder/recipe.yaml")
    #expect(throws: RecipesError.self) { try Self.odd.write(to: nowhere) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["recipe.yaml"])
  }

  @Test func differencesNameTheSettings() throws {
    let one = try read().recipe
    let other = try read("epochs: 5\noptimizer: sgd").recipe
    let differences = other.differences(from: one)
    #expect(
      differences.map(\.key) == ["training.epochs", "optimizer.kind", "optimizer.weightDecay"])
    #expect(differences.map(\.here) == ["5", "sgd", "0"])
    #expect(differences.map(\.there) == ["3", "adamw", "0.01"])
  }
}
