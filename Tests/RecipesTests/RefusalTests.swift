import Foundation
import Recipes
import TestSupport
import Testing

@Suite struct RefusalTests {
  @Test(arguments: [
    (
      "training:\n  epochs: three",
      "recipe.yaml:6:11: training.epochs: expected a number, found 'three'"
    ),
    (
      "training:\n  batchSize: 8.5",
      "recipe.yaml:6:14: training.batchSize: expected a whole number, found '8.5'"
    ),
    (
      "training:\n  epochs: \"3\"",
      "recipe.yaml:6:11: training.epochs: expected a number, found the quoted text \"3\"; write it "
        + "without quotes"
    ),
    (
      "training:\n  seed:",
      "recipe.yaml:6:8: training.seed: expected a whole number, found nothing"
    ),
    (
      "training: {keepBest: maybe}",
      "recipe.yaml:5:22: training.keepBest: expected true or false, found 'maybe'"
    ),
    (
      "training: {epochs: [1, 2]}",
      "recipe.yaml:5:20: training.epochs: expected a number, found a list"
    ),
    (
      "training: {epochs: .nan}",
      "recipe.yaml:5:20: training.epochs: expected a number, found '.nan'"
    ),
    (
      "training: {maximumSteps: 99999999999999999999}",
      "recipe.yaml:5:26: training.maximumSteps: expected a whole number, found "
        + "'99999999999999999999'"
    ),
    (
      "training: {precision: fp61}",
      "recipe.yaml:5:23: training.precision: expected one of auto, fp32, bf16, found 'fp61'; did "
        + "you mean 'fp32'?"
    ),
    (
      "training: {evaluateEvery: often}",
      "recipe.yaml:5:27: training.evaluateEvery: expected epoch, none or a number of steps, found "
        + "'often'"
    ),
    (
      "training: {classWeights: {good: a lot}}",
      "recipe.yaml:5:26: training.classWeights: expected a number for the label 'good', found "
        + "'a lot'"
    ),
    (
      "training: {classWeights: {good: 1, good: 2}}",
      "recipe.yaml:5:26: training.classWeights: expected each label once, found 'good' twice"
    ),
    (
      "training: 3",
      "recipe.yaml:5:11: 'training' is a section, whose settings stand indented below it; found '3'"
    ),
    (
      "seed: {a: 1}",
      "recipe.yaml:5:7: seed: expected a whole number, found a group of keys"
    ),
  ])
  func aWrongTypeNamesItsPlaceAndWhatWasExpected(lines: String, sentence: String) {
    #expect(refusals(lines) == [sentence])
  }

  @Test(arguments: [
    ("training:\n  epoch: 3", "6:3", "training.epoch", "did you mean 'training.epochs'?"),
    (
      "training:\n  batchTokenz: 3", "6:3", "training.batchTokenz",
      "did you mean 'training.batchTokens'?"
    ),
    (
      "optimizer:\n  lerningrate: 3", "6:3", "optimizer.lerningrate",
      "did you mean 'optimizer.learningRate'?"
    ),
    (
      "optimizer: {textColumn: x}", "5:13", "optimizer.textColumn",
      "did you mean 'data.textColumn'?"
    ),
    ("optimizer: {lr: 3}", "5:13", "optimizer.lr", "did you mean 'optimizer.learningRate'?"),
    ("trainning: {epochs: 3}", "5:1", "trainning", "did you mean 'training'?"),
    ("nm_train_epochs: 3", "5:1", "nm_train_epochs", "did you mean 'num_train_epochs'?"),
    (
      "kind: adamw", "5:1", "kind",
      "did you mean 'optimizer.kind' or 'schedule.kind' or 'method.kind'?"
    ),
    ("schedule: {warmup: 3}", "5:12", "schedule.warmup", "did you mean 'schedule.warmupSteps'?"),
    (
      "training: {epochs: {x: 1}, sead: 1}", "5:28", "training.sead",
      "did you mean 'training.seed'?"
    ),
    (
      "output2: {xyzzyx: 1}", "5:1", "output2", "did you mean 'output'?"
    ),
    (
      "xyzzyxq: 1", "5:1", "xyzzyxq",
      "a recipe has model, modelRevision, task, problem, data, training, optimizer, schedule, "
        + "method, freezing, lstm, windows, tokens, relations, answers, embedding, ranking, output"
    ),
    (
      "schedule: {qqqqqqqq: 1}", "5:12", "schedule.qqqqqqqq",
      "schedule has kind, warmupSteps, warmupRatio, power, finalLearningRate"
    ),
  ])
  func anUnknownKeyIsRefusedWithTheNearest(
    lines: String, place: String, key: String, advice: String
  ) {
    #expect(
      refusals(lines).contains("recipe.yaml:\(place): there is no setting '\(key)'; \(advice)"))
  }

  @Test func everyProblemIsReportedInItsOrder() {
    let sentences = refusals(
      "training:\n  epochs: three\n  sede: 1\noptimizer: {learningRate: -1}\nschedule: bent",
      flags: [flag("threads", "0")])
    #expect(
      sentences.map { String($0.prefix { $0 != " " }) } == [
        "recipe.yaml:6:11:", "recipe.yaml:7:3:", "recipe.yaml:8:27:", "recipe.yaml:9:11:",
        "--threads:",
      ])
  }

  @Test func whatMustBeGivenIsAskedFor() {
    #expect(
      refusals(whole: "").map { String($0.prefix { $0 != "," }) } == [
        "'model' is missing", "'task' is missing", "'data.train' is missing",
        "'output.folder' is missing",
      ])
  }

  @Test(arguments: [
    ("training: {epochs: -1}", "recipe.yaml:5:20: training.epochs is -1.0; it must be above 0"),
    (
      "optimizer: {learningRate: -5e-5}",
      "recipe.yaml:5:27: optimizer.learningRate is -5e-05; it must be above 0"
    ),
    (
      "schedule: {warmupRatio: 1.5}",
      "recipe.yaml:5:25: schedule.warmupRatio is 1.5; it must lie between 0 and 1"
    ),
    (
      "training: {metricForBest: acuracy}",
      "recipe.yaml:5:27: training.metricForBest is 'acuracy'; there is no metric 'acuracy'; the "
        + "nearest known one is 'accuracy'"
    ),
    (
      "problem: regression\ntraining: {metricForBest: f1_macro}",
      "recipe.yaml:6:27: training.metricForBest is 'f1_macro', which a regression problem does not "
        + "have"
    ),
    (
      "problem: regression\ntraining: {classWeights: balanced}",
      "recipe.yaml:6:26: training.classWeights is set, but a regression has no classes; set it to "
        + "none"
    ),
    (
      "schedule: {kind: polynomial, finalLearningRate: 1}",
      "recipe.yaml:5:49: schedule.finalLearningRate is 1.0; it must be below "
        + "optimizer.learningRate, 5e-05"
    ),
    (
      "training: {maximumSteps: 10}\nschedule: {warmupSteps: 10}",
      "recipe.yaml:6:25: schedule.warmupSteps is 10, but the run has only 10 steps; it must be "
        + "below that"
    ),
  ])
  func aValueOutsideItsRangeNamesItsPlace(lines: String, sentence: String) {
    #expect(refusals(lines) == [sentence])
  }

  @Test(arguments: [
    ("validation", "1.5"), ("validation", "0"), ("train", ""), ("pair-column", "text"),
    ("label-column", "text"), ("label-columns", "a,a"), ("max-length", "0"),
    ("truncation", "only-second"), ("max-truncated-share", "2"), ("output", ""), ("model", ""),
  ])
  func dataThatCannotBeMeantAreRefused(name: String, value: String) {
    #expect(refusals("", flags: [flag(name, value)]).count == 1)
  }

  @Test func earlyStoppingNeedsValidationData() {
    let flags = [flag("early-stopping", "2"), flag("validation", "none")]
    #expect(
      refusals("", flags: flags) == [
        "--early-stopping: training.earlyStoppingPatience needs validation data; set "
          + "data.validation to a file or a share, such as 0.1"
      ])
  }

  @Test func replacingAndResumingExcludeEachOther() {
    let sentences = refusals("", flags: [flag("overwrite"), flag("resume")])
    #expect(sentences.count == 1)
    #expect(sentences.first?.contains("output.overwrite and output.resume exclude") == true)
  }
}
