import Optimizers
import Recipes
import Training

/// What every recipe needs, so that a test shows only what it is about.
let neededLines = """
  model: demo/model
  task: text-classification
  data: {train: train.csv, validation: 0.1}
  output: runs/test

  """

/// Reads a recipe of what is needed and these lines, the first of which is line 5.
func read(
  _ lines: String = "", flags: [RecipeOverride] = []
) throws(RecipesError) -> ResolvedRecipe {
  try RecipeBuilder(yaml: neededLines + lines, name: "recipe.yaml", overrides: flags).build()
}

/// The sentences with which a recipe of what is needed and these lines is refused.
func refusals(_ lines: String, flags: [RecipeOverride] = []) -> [String] {
  refusals(whole: neededLines + lines, flags: flags)
}

/// The sentences with which a recipe of these lines alone is refused.
func refusals(whole yaml: String, flags: [RecipeOverride] = []) -> [String] {
  do {
    _ = try RecipeBuilder(yaml: yaml, name: "recipe.yaml", overrides: flags).build()
    return []
  } catch {
    return error.problems.map(\.description)
  }
}

/// A flag by its name, as the command line gives it.
func flag(_ name: String, _ value: String? = nil) -> RecipeOverride {
  Recipe.flags.first { $0.name == name }?.override(value)
    ?? RecipeOverride(key: "no such flag", value: "", origin: "--\(name)")
}
