import Foundation
import Optimizers
import Recipes
import TestSupport
import Testing
import Training

@Suite struct FileAndYAMLTests {
  private func refusal(of file: String) -> String {
    do {
      _ = try RecipeBuilder(file: file).build()
      return ""
    } catch {
      return error.description
    }
  }

  @Test func aMissingFileIsNamed() {
    #expect(refusal(of: "no/such.yaml") == "there is no recipe 'no/such.yaml'")
  }

  @Test func aFolderIsNoRecipe() throws {
    let folder = try TemporaryFolder()
    #expect(refusal(of: folder.url.path).contains("is a folder; name the recipe in it"))
  }

  @Test func bytesThatAreNoTextNameTheirLine() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("recipe.yaml")
    try Data([0x61, 0x3A, 0x20, 0x62, 0x0A, 0xFF, 0xFE]).write(to: file)
    #expect(refusal(of: file.path).contains("recipe.yaml:2:1: the line is not UTF-8 text"))
  }

  @Test func aFileTooLargeForARecipeIsRefused() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("model.safetensors")
    try Data(count: 5 << 20).write(to: file)
    #expect(refusal(of: file.path).contains("larger than 4 MiB"))
  }

  @Test func anEmptyFileAsksForWhatIsNeeded() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("recipe.yaml", containing: "# nothing yet\n")
    #expect(refusal(of: file.path).contains("'model' is missing"))
  }

  @Test(arguments: [
    ("a: [1, 2", "recipe.yaml:"), ("a: b: c", "recipe.yaml:1:5: this is not YAML:"),
    ("\tmodel: x", "recipe.yaml:1:1: this is not YAML:"),
    ("a: *nowhere", "recipe.yaml:1:4: this is not YAML: found undefined alias"),
    ("a: 1\n---\nb: 2", "recipe.yaml:2:1: this is not YAML: expected a single document"),
    ("- a\n- b", "recipe.yaml:1:1: a recipe is a list of keys"),
    ("just words", "recipe.yaml:1:1: a recipe is a list of keys"),
    ("a: \u{0}", "recipe.yaml:1:1: this is not YAML: control characters"),
  ])
  func whatIsNotYAMLNamesItsPlace(text: String, beginning: String) {
    #expect(refusals(whole: text).first?.hasPrefix(beginning) == true, "\(refusals(whole: text))")
  }

  @Test func anchorsAndAliasesMayBeUsed() throws {
    let recipe = try read(
      """
      optimizer: {kind: polynomialish, beta1: &share 0.5, learningRate: &rate 1.0e-3}
      """.replacing("polynomialish", with: "adam")
        + "\nschedule: {kind: polynomial, power: *share}"
    ).recipe
    #expect(recipe.schedule.power == 0.5)
  }

  @Test func mergedKeysGiveWayToThoseThatStandThere() throws {
    let recipe = try read(
      "optimizer: &base {beta1: 0.5, beta2: 0.6}\nschedule:\n  kind: constant\n"
        + "training:\n  <<: [{seed: 5, threads: 2}, {seed: 6, batchSize: 3}]\n  threads: 1"
    ).recipe
    #expect(recipe.training.seed == 5)
    #expect(recipe.training.threads == 1)
    #expect(recipe.training.batch == .sequences(3))
  }

  @Test func aliasesOfAliasesDoNotGrowWithoutBound() {
    var lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in 1...12 {
      let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      lines.append("a\(level): &a\(level) [\(items)]")
    }
    #expect(
      refusals(whole: lines.joined(separator: "\n")).first?.contains("aliases repeat more") == true)
  }

  @Test func deepNestingIsRefused() {
    #expect(!refusals(whole: String(repeating: "[", count: 50_000)).isEmpty)
    #expect(!refusals(whole: String(repeating: "{a: ", count: 50_000)).isEmpty)
  }

  /// A recipe changed at random places is read or refused, but never ends the process.
  @Test func noTextEndsTheProcess() {
    let text = Array(
      (neededLines
        + "training: &t {epochs: 3, \"seed\": 1, classWeights: {a: 1}}\nschedule: {<<: *t}\n"
        + "data:\n  - |\n    block\n  - 'x'\n").unicodeScalars)
    let letters = Array("{}[]:,-?&*!|>'\"%@`# \n\t\u{E000}\u{0}é9a<=~.".unicodeScalars)
    var state: UInt64 = 42
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for _ in 0..<4000 {
      var changed = text
      for _ in 0...random(4) {
        let place = random(changed.count)
        switch random(3) {
        case 0: changed[place] = letters[random(letters.count)]
        case 1: changed.insert(letters[random(letters.count)], at: place)
        default: changed.removeSubrange(place..<min(changed.count, place + 1 + random(9)))
        }
      }
      var view = String.UnicodeScalarView()
      view.append(contentsOf: changed)
      _ = refusals(whole: String(view))
    }
  }
}
