import Evaluation
import Foundation
import Testing

struct RowOutcomeTests {
  @Test func sumsOfLabelOutcomesScoreAsTheEvaluationDoes() throws {
    for example in try ClassificationCase.all() where example.kind != .multilabel {
      var sums = OutcomeSums()
      for row in example.references.indices {
        let scores = example.probabilities[row * example.classes..<(row + 1) * example.classes]
        let best = scores.firstIndex { $0 == scores.max() }.map { $0 - scores.startIndex } ?? 0
        sums.add(
          RowOutcome(
            expected: example.labels[example.references[row][0]],
            predicted: example.labels[best], confidence: Double(scores.max() ?? 0),
            positive: example.kind == .binary ? example.labels[1] : nil))
      }
      let expected = try example.evaluation().report(bootstrap: nil).scores
      for (name, score) in sums.scores {
        #expect(abs(score - (expected[name] ?? .nan)) < 1e-9, "\(name)")
      }
    }
  }

  @Test func sumsOfLabelSetsScoreAsTheEvaluationDoes() {
    var sums = OutcomeSums()
    sums.add(RowOutcome(expected: ["a", "b"], predicted: ["b", "c"]))
    sums.add(RowOutcome(expected: ["a"], predicted: ["a"]))
    #expect(sums.scores["accuracy"] == 0.5)
    #expect(sums.scores["f1_micro"] == 2.0 * 2 / 6)
    #expect(abs((sums.scores["f1_macro"] ?? 0) - (2.0 / 3 + 1 + 0) / 3) < 1e-12)
  }

  @Test func errorsOfNumbersGiveTheirMeansAndTheRoot() {
    var sums = OutcomeSums()
    sums.add(RowOutcome(loss: 4, expected: 1.0, predicted: 3.0))
    sums.add(RowOutcome(loss: 0, expected: 1.0, predicted: 1.0))
    #expect(sums.scores == ["loss": 2, "mse": 2, "rmse": 2.0.squareRoot(), "mae": 1])
  }

  @Test func whatWasAddedCanBeTakenAway() {
    let first = RowOutcome(loss: 1, expected: "a", predicted: "b", confidence: 0.5)
    let second = RowOutcome(loss: 2, expected: "b", predicted: "b", confidence: 0.5)
    var one = OutcomeSums()
    one.add(second)
    var both = one
    both.add(first, weight: 2)
    #expect(both.rows == 3)
    both.subtract(first)
    both.subtract(first)
    #expect(both.scores == one.scores)
    both.add(one)
    both.subtract(one)
    #expect(both.scores == one.scores)
  }

  @Test func rowsWithoutAScoreDoNotEnterItsMean() {
    var sums = OutcomeSums()
    sums.add(RowOutcome(means: ["exact_match": 1]))
    sums.add(RowOutcome())
    sums.add(RowOutcome(loss: .nan, means: ["exact_match": .infinity]))
    #expect(sums.scores == ["exact_match": 1])
    #expect(sums.rows == 3)
  }

  @Test func jsonIsShortAndReadBack() throws {
    var outcome = RowOutcome(
      loss: 0.5, expected: "好", predicted: "pos", confidence: 0.75, positive: "pos")
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let json = try encoder.encode(outcome)
    #expect(
      String(decoding: json, as: UTF8.self)
        == #"{"classes":{"pos":[0,1,0],"好":[0,0,1]},"confidence":0.75,"counts":[0,1,0],"#
        + #""expected":"好","isCorrect":false,"loss":0.5,"means":{"accuracy":0},"predicted":"pos"}"#
    )
    #expect(try JSONDecoder().decode(RowOutcome.self, from: json) == outcome)
    outcome = RowOutcome(loss: .nan, means: ["mse": .infinity], confidence: .nan)
    #expect(String(decoding: try encoder.encode(outcome), as: UTF8.self) == "{}")
    #expect(try JSONDecoder().decode(RowOutcome.self, from: Data("{}".utf8)) == RowOutcome())
  }
}
