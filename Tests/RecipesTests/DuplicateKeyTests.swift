import Recipes
import Testing
import Training

@Suite struct DuplicateKeyTests {
  @Test func aRepeatedKeyNamesBothLines() {
    #expect(
      refusals("training:\n  epochs: 3\n  seed: 1\n  epochs: 4") == [
        "recipe.yaml:8:3: 'training.epochs' is given twice, first at recipe.yaml:6:3; keep one"
      ])
  }

  @Test func aKeyGivenThreeTimesIsNamedTwice() {
    #expect(
      refusals("seed: 1\nseed: 2\nseed: 3").count == 2)
  }

  @Test func repeatedKeysOnOneLineHaveTheirColumns() {
    #expect(
      refusals("training: {epochs: 3, epochs: 4, sed: 5}") == [
        "recipe.yaml:5:23: 'training.epochs' is given twice, first at recipe.yaml:5:12; keep one",
        "recipe.yaml:5:34: there is no setting 'training.sed'; did you mean 'training.seed'?",
      ])
  }

  @Test func aQuotedKeyIsTheSameKey() {
    #expect(
      refusals("\"seed\": 1\nseed: 2") == [
        "recipe.yaml:6:1: 'seed' is given twice, first at recipe.yaml:5:1; keep one"
      ])
  }

  @Test func twoSpellingsOfAKeyAreTheSameKey() {
    #expect(
      refusals("training:\n  batchTokens: 3\nbatch_tokens: 4") == [
        "recipe.yaml:7:1: 'batch_tokens' gives training.batchTokens, which 'training.batchTokens' "
          + "at recipe.yaml:6:3 gives already; keep one"
      ])
  }

  @Test func aNameOfHuggingFacesIsTheSameKey() {
    #expect(
      refusals("num_train_epochs: 3\ntraining: {epochs: 4}") == [
        "recipe.yaml:6:12: 'training.epochs' gives training.epochs, which 'num_train_epochs' at "
          + "recipe.yaml:5:1 gives already; keep one"
      ])
  }

  @Test func aRepeatedSectionIsRefused() {
    #expect(
      refusals("training: {epochs: 3}\ntraining: {seed: 4}") == [
        "recipe.yaml:6:1: the section 'training' is given twice; it began at recipe.yaml:5:1; join "
          + "the two"
      ])
  }

  @Test(arguments: [
    ("training: {batchSize: 8, batchTokens: 512}", "training.batchTokens", "training.batchSize"),
    ("training: {epochs: 1, maximumSteps: 5}", "training.maximumSteps", "training.epochs"),
    (
      "schedule: {warmupSteps: 1, warmupRatio: 0.5}", "schedule.warmupRatio", "schedule.warmupSteps"
    ),
  ])
  func settingsThatExcludeEachOtherAreRefused(lines: String, later: String, earlier: String) {
    let sentences = refusals(lines)
    #expect(sentences.count == 1)
    #expect(sentences.first?.contains("\(later) and \(earlier) (recipe.yaml:5:12)") == true)
  }

  @Test func oneOfTwoThatExcludeEachOtherMayBeNull() throws {
    let recipe = try read("training: {batchSize: null, batchTokens: 512}").recipe
    #expect(recipe.training.batch == .tokens(512))
  }
}
