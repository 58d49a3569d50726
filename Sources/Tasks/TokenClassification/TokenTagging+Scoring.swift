public import Evaluation
internal import Foundation
internal import Models

extension TokenTagging {
  /// Scores of tags in the making.
  public struct Scoring {
    var evaluation: TokenEvaluation
    var unreadWords = 0
  }

  /// An empty scoring.
  public func makeScoring() throws -> Scoring { Scoring(evaluation: evaluation) }

  /// Counts a batch of outputs.
  public func score(
    _ outputs: [TaggingOutput], _ examples: [TaggingExample], into scoring: inout Scoring
  ) throws {
    for (output, example) in zip(outputs, examples) {
      try requireTargets(example)
      try scoring.evaluation.update(
        expected: example.targets.map { labels[Int($0)] }, predicted: names(output))
      scoring.unreadWords += example.wordCount - output.words.count
    }
    let loss = try loss(of: outputs, examples)
    scoring.evaluation.addLoss(sum: loss.sum, weight: loss.weight)
  }

  /// The summed loss of outputs that were computed, over the words that were read.
  public func loss(of outputs: [TaggingOutput], _ examples: [TaggingExample]) throws -> (
    sum: Double, weight: Double
  ) {
    let steps = try pretrained.model.crf?.steps()
    var sum = 0.0
    var weight = 0
    for (output, example) in zip(outputs, examples) {
      try requireTargets(example)
      sum += loss(of: output, example, steps)
      weight += output.words.count
    }
    return (sum, Double(weight))
  }

  private func loss(of output: TaggingOutput, _ example: TaggingExample, _ steps: TagSteps?)
    -> Double
  {
    -logProbability(output, of: output.words.map { Int(example.targets[$0]) }, steps)
  }

  /// The logarithm of the probability of tags of the words that were read, all together.
  private func logProbability(_ output: TaggingOutput, of tags: [Int], _ steps: TagSteps?)
    -> Double
  {
    if tags.isEmpty { return 0 }
    let scores = output.logits.map(Double.init)
    if let steps {
      return steps.score(scores, tags) - steps.marginals(scores, words: tags.count).logPartition
    }
    let width = labels.count
    return tags.enumerated().reduce(0) { sum, word in
      let part = scores[word.offset * width..<(word.offset + 1) * width]
      return sum + part[part.startIndex + word.element] - Self.logSum(part)
    }
  }

  private static func logSum(_ scores: ArraySlice<Double>) -> Double {
    let largest = scores.max() ?? 0
    return largest + log(scores.reduce(0) { $0 + exp($1 - largest) })
  }

  /// The probability of each tag for each word that was read, `[read, labels]`: softmax, or with a
  /// CRF what all sequences with that tag there add up to.
  func probabilities(_ output: TaggingOutput) throws -> [Double] {
    let scores = output.logits.map(Double.init)
    if scores.isEmpty { return [] }
    if let crf = pretrained.model.crf {
      return try crf.steps().marginals(scores, words: output.words.count).probabilities
    }
    return stride(from: 0, to: scores.count, by: labels.count).flatMap { start in
      let part = scores[start..<start + labels.count]
      let total = Self.logSum(part)
      return part.map { exp($0 - total) }
    }
  }

  /// Counts of entities by type, or of words by tag; the share of right words, as `accuracy`; the
  /// mean loss of a word; and how probable all predicted tags are together.
  ///
  /// Over several rows, `accuracy` is a mean over sentences, not over words.
  public func outcome(of output: TaggingOutput, _ example: TaggingExample) throws -> RowOutcome {
    try requireTargets(example)
    let expected = example.targets.map { labels[Int($0)] }
    let predicted = names(output)
    let steps = try pretrained.model.crf?.steps()
    var outcome = try evaluation.outcome(expected: expected, predicted: predicted)
    let right = zip(expected, predicted).count { $0 == $1 }
    outcome.means["accuracy"] = Double(right) / Double(expected.count)
    outcome.loss = loss(of: output, example, steps) / Double(max(1, output.words.count))
    outcome.confidence = exp(
      logProbability(output, of: output.words.map { output.tags[$0] }, steps))
    outcome.expected = short(expected, example)
    outcome.predicted = short(predicted, example)
    return outcome
  }

  /// The entities as one line, or the tags.
  private func short(_ tags: [String], _ example: TaggingExample) -> String {
    guard let scheme,
      let entities = try? TaggedText.entities(tags, scheme, example.text, example.spans)
    else { return tags.joined(separator: " ") }
    return entities.map { "\($0.type): \($0.text)" }.joined(separator: "; ")
  }

  /// Closes a scoring.
  public func report(_ scoring: Scoring, bootstrap: BootstrapSettings?) throws -> EvaluationReport {
    var report = try scoring.evaluation.report(bootstrap: bootstrap)
    if scoring.unreadWords > 0 {
      let one = scoring.unreadWords == 1
      report.notes.append(
        "\(scoring.unreadWords) \(one ? "word was" : "words were") not read, as the vocabulary has "
          + "no token for \(one ? "it" : "them") or the row was cut: "
          + (labels.contains("O") ? "counted as O" : "given the tag of the word before"))
    }
    return report
  }

  /// The names of predicted tags.
  func names(_ output: TaggingOutput) -> [String] { output.tags.map { labels[$0] } }

  private func requireTargets(_ example: TaggingExample) throws {
    guard !example.targets.isEmpty, example.targets.count == example.wordCount else {
      throw TasksError(.example, "\(example.location): the row has no tags to be scored by.")
    }
  }
}
