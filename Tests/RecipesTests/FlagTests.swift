import Optimizers
import Recipes
import Tasks
import Testing
import Training

@Suite struct FlagTests {
  @Test func theCommandLineOffersWhatItPromises() {
    let promised = """
      model task train validation test text-column pair-column label-column epochs max-steps \
      batch-size batch-tokens learning-rate weight-decay optimizer schedule warmup-ratio \
      warmup-steps max-length precision seed gradient-accumulation max-grad-norm dropout \
      label-smoothing class-weights moments activation-checkpointing evaluate-every metric early-stopping order threads device \
      output overwrite resume
      """.split(separator: " ").map(String.init)
    let names = Set(Recipe.flags.map(\.name))
    #expect(promised.filter { !names.contains($0) } == [])
    #expect(names.count == Recipe.flags.count)
    #expect(Set(Recipe.keys).count == Recipe.keys.count)
  }

  @Test func everyFlagNamesASettingAndSaysWhatItDoes() {
    for flag in Recipe.flags {
      #expect(Recipe.keys.contains(flag.key))
      #expect(flag.help.hasSuffix("."))
    }
  }

  @Test func flagsAloneMakeARecipe() throws {
    let recipe = try RecipeBuilder(
      file: nil,
      overrides: [
        flag("model", "DIR"), flag("task", "text-classification"), flag("train", "reviews.csv"),
        flag("validation", "0.1"), flag("test", "test.csv"), flag("text-column", "text"),
        flag("label-column", "label"), flag("epochs", "3"), flag("batch-tokens", "2048"),
        flag("learning-rate", "5e-5"), flag("output", "runs/reviews"), flag("overwrite"),
      ]
    ).build().recipe
    #expect(recipe.data.test == "test.csv")
    #expect(recipe.training.batch == .tokens(2048))
    #expect(recipe.output == OutputConfiguration(folder: "runs/reviews", overwrite: true))
  }

  @Test func flagsWinOverTheFile() throws {
    let resolved = try read("training: {epochs: 5}", flags: [flag("epochs", "2")])
    #expect(resolved.recipe.training.length == .epochs(2))
    #expect(resolved.notes.isEmpty)
  }

  @Test func aFlagReplacesWhatExcludesItWithANote() throws {
    let resolved = try read("training: {batchSize: 8}", flags: [flag("batch-tokens", "512")])
    #expect(resolved.recipe.training.batch == .tokens(512))
    #expect(resolved.notes == ["--batch-tokens: replaces training.batchSize (recipe.yaml:5:12)"])
  }

  @Test func setReachesEveryKey() throws {
    let recipe = try read(
      flags: [
        RecipeOverride(assignment: "training.epochs=4"),
        RecipeOverride(assignment: "optimizer.adafactor.beta1=0.5"),
        RecipeOverride(assignment: "data.labelSeparator=="),
        RecipeOverride(assignment: "training.classWeights={good: 2, bad: 1}"),
        RecipeOverride(assignment: "weight_decay=0.2"),
      ]
    ).recipe
    #expect(recipe.training.length == .epochs(4))
    #expect(recipe.optimizer.adafactor.beta1 == 0.5)
    #expect(recipe.data.labelSeparator == "=")
    #expect(recipe.training.classWeights == .explicit(["good": 2, "bad": 1]))
    #expect(recipe.optimizer.weightDecay == 0.2)
  }

  @Test func listsAndWeightsAreWrittenWithCommas() throws {
    let recipe = try read(
      flags: [flag("label-columns", "a, b,c"), flag("class-weights", "a=2,b=0.5,c=1")]
    ).recipe
    #expect(recipe.data.labelColumns == ["a", "b", "c"])
    #expect(recipe.training.classWeights == .explicit(["a": 2, "b": 0.5, "c": 1]))
  }

  @Test func theValueOfAFlagIsNotReadAsYAML() throws {
    let recipe = try read(flags: [flag("train", "a: b # c.csv"), flag("text-column", "null")])
      .recipe
    #expect(recipe.data.train == "a: b # c.csv")
    #expect(recipe.data.textColumn == "null")
  }

  @Test(arguments: [
    ("epochs", "three", "--epochs: training.epochs: expected a number, found 'three'"),
    ("seed", "1.5", "--seed: training.seed: expected a whole number, found '1.5'"),
    (
      "optimizer", "adamv",
      "--optimizer: optimizer.kind: expected one of adamw, adam, sgd, adafactor, found 'adamv'; "
        + "did you mean 'adamw'?"
    ),
    (
      "learning-rate", "-5e-5",
      "--learning-rate: optimizer.learningRate is -5e-05; it must be above 0"
    ),
    (
      "overwrite", "perhaps",
      "--overwrite: output.overwrite: expected true or false, found 'perhaps'"
    ),
    (
      "class-weights", "a=much",
      "--class-weights: training.classWeights: expected a number for the label 'a', found 'much'"
    ),
  ])
  func aBadFlagIsNamed(name: String, value: String, sentence: String) {
    #expect(refusals("", flags: [flag(name, value)]) == [sentence])
  }

  @Test func aSettingGivenByTwoFlagsIsRefused() throws {
    let twice = [flag("epochs", "1"), try RecipeOverride(assignment: "training.epochs=2")]
    #expect(
      refusals("", flags: twice) == [
        "--set training.epochs: 'training.epochs' is given twice, first at --epochs; keep one"
      ])
  }

  @Test func anUnknownKeyOfSetIsRefused() throws {
    let override = try RecipeOverride(assignment: "training.epoch=2")
    #expect(
      refusals("", flags: [override]) == [
        "--set training.epoch: there is no setting 'training.epoch'; did you mean "
          + "'training.epochs'?"
      ])
  }

  @Test(arguments: ["training.epochs", "=3", ""])
  func setWithoutAKeyOrAValueIsRefused(text: String) {
    #expect(throws: RecipesError.self) { try RecipeOverride(assignment: text) }
  }
}
