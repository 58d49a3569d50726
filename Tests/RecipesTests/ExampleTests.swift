import Foundation
import Optimizers
import Recipes
import TestSupport
import Testing
import Training

@Suite struct ExampleTests {
  private static let folder = ProjectFolder.root.appending(path: "Examples")

  private static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".yaml") }.sorted()

  @Test func thereIsOneForEachTask() throws {
    let tasks = try Self.names.map {
      try Recipe(file: Self.folder.appending(path: $0).path).task.kind
    }
    #expect(Set(tasks) == Set(TaskConfiguration.Kind.allCases))
    let problems = try Self.names.map {
      try Recipe(file: Self.folder.appending(path: $0).path).task.problem
    }
    #expect(Set(problems) == Set(TaskConfiguration.Problem.allCases))
  }

  @Test(arguments: names)
  func theHeadOfAnExampleHasItsCommand(name: String) throws {
    let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
    #expect(text.contains("\n#   finetune train Examples/\(name)"))
  }

  @Test(arguments: names)
  func anExampleIsReadAndWrittenBack(name: String) throws {
    let file = Self.folder.appending(path: name).path
    let resolved = try RecipeBuilder(file: file).build()
    #expect(try RecipeBuilder(yaml: resolved.recipe.yaml()).build().recipe == resolved.recipe)
    if name != "huggingface-names.yaml" { #expect(resolved.notes == []) }
  }

  @Test func theReviewsAreThoseOfTheDemo() throws {
    let recipe = try Recipe(file: Self.folder.appending(path: "reviews.yaml").path)
    #expect(recipe.model == "demo/model")
    #expect(recipe.training.batch == .sequences(16))
    #expect(recipe.optimizer.learningRate == 5e-5)
    #expect(recipe.schedule.kind == .linear)
  }

  @Test func theExampleInHuggingFacesNamesMeansTheSame() throws {
    let recipe = try Recipe(file: Self.folder.appending(path: "huggingface-names.yaml").path)
    #expect(recipe.training.evaluateEvery == .steps(100))
    #expect(recipe.training.metricForBest == "accuracy")
    #expect(recipe.schedule.warmup == .ratio(0.06))
    #expect(recipe.output.folder == "runs/reviews-hf")
  }
}
