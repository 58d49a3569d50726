import Evaluation
import Foundation
import TestSupport
import Testing

/// A case of Tests/Oracles/evaluation_tokens.py.
struct TokenCase: Decodable, Sendable {
  /// An entity as the script writes it: type, first word, word after the last one.
  struct Entity: Decodable, Sendable {
    let span: EntitySpan

    init(from decoder: any Decoder) throws {
      var values = try decoder.unkeyedContainer()
      let type = try values.decode(String.self)
      let first = try values.decode(Int.self)
      span = EntitySpan(type: type, words: first..<(try values.decode(Int.self)))
    }
  }

  let scheme: TagScheme
  let tags: [String]
  let truth: [[String]]
  let predicted: [[String]]
  let expected: [String: Double]
  let entities: [[Entity]]
  let strict: [[Entity]]
  let text: String?

  /// All cases; the reference runs once for all tests.
  static func all() throws -> [TokenCase] { try made.get() }

  private static let made = Result {
    let data = try PythonOracle("evaluation_tokens").run(["5", "400"])
    return try JSONDecoder().decode([TokenCase].self, from: data)
  }

  func evaluation(of range: Range<Int>? = nil) throws -> TokenEvaluation {
    var evaluation = try TokenEvaluation(tags: tags, scheme: scheme)
    let range = range ?? truth.indices
    try evaluation.update(expected: Array(truth[range]), predicted: Array(predicted[range]))
    return evaluation
  }
}

struct TokenOracleTests {
  @Test func scoresAreThoseOfSeqevalAndConlleval() throws {
    let cases = try TokenCase.all()
    #expect(cases.count == 400)
    for (number, example) in cases.enumerated() {
      let scores = try example.evaluation().report(bootstrap: nil).scores
      for (name, expected) in example.expected {
        let found = scores[name] ?? .nan
        #expect(
          abs(found - expected) <= 1e-9,
          "case \(number) (\(example.scheme)): \(name) is \(found), not \(expected)")
      }
    }
  }

  @Test func entitiesAreThoseThatSeqevalReads() throws {
    for (number, example) in try TokenCase.all().enumerated() {
      for (place, tags) in example.truth.enumerated() {
        #expect(
          try EntityRules.seqeval.entities(in: tags) == example.entities[place].map(\.span),
          "case \(number): \(tags)")
        #expect(
          try EntityRules.strict(example.scheme).entities(in: tags)
            == example.strict[place].map(\.span), "case \(number) (\(example.scheme)): \(tags)")
      }
    }
  }

  @Test func theTableIsThatOfSeqevalCharacterForCharacter() throws {
    // Python counts a wide character as one column, our tables as two.
    let cases = try TokenCase.all().filter { !$0.tags.contains("I-组织") }
    #expect(cases.contains { $0.text != nil })
    for example in cases {
      guard let text = example.text else { continue }
      #expect(try example.evaluation().report(bootstrap: nil).classificationText() == text)
    }
  }

  @Test func mergedPartsScoreLikeTheWholeWithTheSameIntervals() throws {
    for example in try TokenCase.all().prefix(60) where example.truth.count > 2 {
      var parts = try example.evaluation(of: 1..<example.truth.count)
      try parts.merge(example.evaluation(of: 0..<1))
      let settings = BootstrapSettings(resamples: 100)
      let whole = try example.evaluation().report(bootstrap: settings)
      #expect(try parts.report(bootstrap: settings) == whole)
      #expect(Set(whole.intervals.keys) == Set(whole.scores.keys))
    }
  }

  @Test func whatSentencesContributeAddsUpToTheScores() throws {
    for example in try TokenCase.all().prefix(60) {
      let evaluation = try example.evaluation()
      var sums = OutcomeSums()
      for (truth, given) in zip(example.truth, example.predicted) {
        sums.add(try evaluation.outcome(expected: truth, predicted: given))
      }
      let scores = try evaluation.scores()
      for name in ["f1", "precision", "f1_macro", "recall_weighted"] {
        #expect(abs((scores[name] ?? .nan) - (sums.scores[name] ?? 0)) <= 1e-12)
      }
    }
  }
}
