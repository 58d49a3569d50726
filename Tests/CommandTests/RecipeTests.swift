import Foundation
import Testing

/// A recipe, flags, or both.
@Suite struct RecipeTests {
  let desk: Desk

  init() throws {
    desk = try Desk()
    try desk.write(
      "recipe.yaml",
      """
      model: model
      task: text-classification
      data:
        train: train.csv
      training:
        epochs: 1
        batchSize: 8
        threads: 1
        precision: fp32
      output:
        folder: runs/recipe
      """)
  }

  @Test func aRecipeAloneTrains() throws {
    #expect(try desk.program.run("train", "recipe.yaml").status == 0)
    #expect(desk.holds("runs/recipe/model.safetensors"))
  }

  @Test func flagsWinOverTheRecipe() throws {
    let outcome = try desk.program.run(
      "train", "recipe.yaml", "--epochs", "2", "--output", "runs/flags")
    #expect(outcome.status == 0)
    #expect(try desk.text("runs/flags/recipe.yaml").contains("  epochs: 2\n"))
    #expect(!desk.holds("runs/recipe"))
  }

  @Test func setReachesAnySetting() throws {
    let outcome = try desk.program.run(
      "train", "recipe.yaml", "--set", "training.maximumSteps=3", "--set",
      "optimizer.beta2=0.99")
    #expect(outcome.status == 0)
    #expect(try desk.text("runs/recipe/recipe.yaml").contains("  beta2: 0.99\n"))
    #expect(outcome.error.contains("train: 3 steps"))
  }

  @Test func namesOfHuggingFaceAreUnderstoodAsFlagsWithANote() throws {
    let outcome = try desk.program.run(
      "train", "recipe.yaml", "--num_train_epochs", "2", "--per_device_train_batch_size=16",
      "--lr_scheduler_type", "cosine")
    #expect(outcome.status == 0)
    #expect(outcome.error.contains("understood num_train_epochs as training.epochs"))
    let recipe = try desk.text("runs/recipe/recipe.yaml")
    for line in ["  epochs: 2", "  batchSize: 16", "  kind: cosine"] {
      #expect(recipe.contains(line + "\n"))
    }
  }

  @Test(arguments: [
    (["--set", "trainin.epochs=2"], "did you mean 'training.epochs'"),
    (["--num_trian_epochs", "2"], "there is no setting 'num_trian_epochs'"),
    (["--learning-rate", "-1"], "it must be above 0"),
    (["--epochs", "many"], "expected a number, found 'many'"),
    (["--batch-size", "4", "--batch-tokens", "9"], "keep one"),
  ])
  func refusesASetting(flags: [String], part: String) throws {
    let outcome = try desk.program.run(["train", "recipe.yaml"] + flags)
    #expect(outcome.status == 1)
    #expect(outcome.sentence.contains(part))
    #expect(!desk.holds("runs"))
  }

  @Test(arguments: [
    ("duplicate", "model: model\nmodel: other\n", "recipe.yaml:2:1: 'model' is given twice"),
    ("unknown", "modell: model\n", "did you mean 'model'"),
    ("type", "training:\n  epochs: [1]\n", "recipe.yaml:2:11: training.epochs"),
    ("broken", "model: [\n", "recipe.yaml:"),
  ])
  func refusesARecipe(name: String, text: String, part: String) throws {
    try desk.write("recipe.yaml", text)
    let outcome = try desk.program.run("train", "recipe.yaml")
    #expect(outcome.status == 1)
    #expect(outcome.error.contains(part))
  }

  @Test func aRecipeThatIsNotThereIsNamed() throws {
    let outcome = try desk.program.run("train", "none.yaml")
    #expect(outcome.status == 1)
    #expect(outcome.error == "finetune: there is no recipe 'none.yaml'\n")
  }
}
