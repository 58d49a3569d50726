import Foundation
import Optimizers
import Recipes
import TestSupport
import Tasks
import Testing
import Training

@Suite struct RecipeReadingTests {
  @Test func whatIsLeftOutHasItsDefault() throws {
    let recipe = try read().recipe
    #expect(recipe.model == "demo/model")
    #expect(recipe.data.validation == .share(0.1))
    #expect(recipe.training == TrainingConfiguration())
    #expect(recipe.optimizer == OptimizerConfiguration())
    #expect(recipe.schedule == ScheduleConfiguration())
    #expect(recipe.output == OutputConfiguration(folder: "runs/test"))
  }

  @Test func readsEverySection() throws {
    let recipe = try read(
      """
      problem: multi-label
      training:
        epochs: 0.5
        batchTokens: 2048
        maximumGradientNorm: none
        classWeights: {good: 2, "very bad": 0.5}
        evaluateEvery: 100
        order: length-grouped
      optimizer: {kind: adafactor, learningRate: 1e-3, adafactor: {relativeStep: true}}
      schedule: {kind: cosine, warmupRatio: 0.1}
      """
    ).recipe
    #expect(recipe.task.problem == .multiLabel)
    #expect(recipe.training.length == .epochs(0.5))
    #expect(recipe.training.batch == .tokens(2048))
    #expect(recipe.training.maximumGradientNorm == nil)
    #expect(recipe.training.classWeights == .explicit(["good": 2, "very bad": 0.5]))
    #expect(recipe.training.evaluateEvery == .steps(100))
    #expect(recipe.training.order == .lengthGrouped)
    #expect(recipe.optimizer.learningRate == 1e-3)
    #expect(recipe.optimizer.weightDecay == 0)
    #expect(recipe.optimizer.adafactor.relativeStep)
    #expect(recipe.schedule == ScheduleConfiguration(kind: .cosine, warmup: .ratio(0.1)))
  }

  @Test(arguments: [
    "training: {batchTokens: 512}", "training: {batch-tokens: 512}",
    "training: {batch_tokens: 512}", "Training: {BatchTokens: 512}", "batch_tokens: 512",
    "batchTokens: 512", "batch-tokens: 512",
  ])
  func hyphensUnderscoresAndCapitalsDoNotCount(lines: String) throws {
    #expect(try read(lines).recipe.training.batch == .tokens(512))
  }

  @Test func aKeyByItsLastPartIsUnderstoodWithANote() throws {
    let resolved = try read("training:\n  text_column: review\n  learningRate: 1e-4")
    #expect(resolved.recipe.data.textColumn == "review")
    #expect(resolved.recipe.optimizer.learningRate == 1e-4)
    #expect(
      resolved.notes.contains(
        "recipe.yaml:6:3: understood training.text_column as data.textColumn"))
  }

  @Test func aKeyInItsOwnSectionNeedsNoNote() throws {
    #expect(try read("training: {batch-size: 4}").notes.isEmpty)
  }

  @Test func aSectionMayBeOneWord() throws {
    let recipe = try read("optimizer: sgd\nschedule: constant").recipe
    #expect(recipe.optimizer.kind == .sgd)
    #expect(recipe.schedule.kind == .constant)
    #expect(recipe.output.folder == "runs/test")
  }

  @Test func textsAreTakenAsTheyStand() throws {
    let recipe = try RecipeBuilder(
      yaml: """
        model: 2024
        task: text-classification
        data: {train: no, textColumn: true, labelColumn: 1, labelSeparator: "|"}
        output: "null"
        """
    ).build().recipe
    #expect(recipe.model == "2024")
    #expect(recipe.data.train == "no")
    #expect(recipe.data.textColumn == "true")
    #expect(recipe.data.labelColumn == "1")
    #expect(recipe.data.labelSeparator == "|")
    #expect(recipe.output.folder == "null")
  }

  @Test func aQuotedNumberIsAValidationFile() throws {
    let file = try read(flags: [flag("validation", "dev.csv")]).recipe
    #expect(file.data.validation == .file("dev.csv"))
    let recipe = try RecipeBuilder(
      yaml: "model: m\ntask: text-classification\ndata: {train: t, validation: '0.5'}\noutput: o"
    ).build().recipe
    #expect(recipe.data.validation == .file("0.5"))
  }

  @Test func withoutValidationDataANoteSaysSo() throws {
    let notes = try read(flags: [flag("validation", "none")]).notes
    #expect(notes.count == 1)
    #expect(notes.first?.hasPrefix("there are no validation data") == true)
  }

  @Test func theKeysThatWereGivenAreKnown() throws {
    let given = try read("seed: 1", flags: [flag("epochs", "2")]).given
    #expect(
      given == [
        "model", "task", "data.train", "data.validation", "output.folder", "training.seed",
        "training.epochs",
      ])
  }

  @Test func aFileIsReadWithItsByteOrderMarkAndLineEnds() throws {
    let folder = try TemporaryFolder()
    let text =
      "\u{FEFF}" + neededLines.replacing("\n", with: "\r\n") + "training:\r\n  epochs: 2\r\n"
    let file = try folder.file("recipe.yaml", containing: text)
    #expect(try Recipe(file: file.path).training.length == .epochs(2))
  }
}
