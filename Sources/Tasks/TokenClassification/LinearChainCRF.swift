internal import Layers
internal import Torch

/// A linear-chain conditional random field over the tags of a sentence: the score of a sequence of
/// tags is the sum of each word's score of its tag and of each step from tag to tag.
///
/// Lafferty, McCallum and Pereira, "Conditional random fields" (2001). The parameters have the names
/// of pytorch-crf, and start as there. Everything is computed in fp32.
final class LinearChainCRF {
  /// The score of a sentence's first tag, `[labels]`.
  let start: Parameter
  /// The score of a sentence's last tag, `[labels]`.
  let end: Parameter
  /// The score of a tag (column) after another (row), `[labels, labels]`.
  let transitions: Parameter

  /// Makes the layer at a scope, as `start_transitions`, `end_transitions` and `transitions`.
  init(labels: Int, at scope: ModuleScope) throws {
    start = try scope.parameter("start_transitions", shape: [labels], .uniform(bound: 0.1))
    end = try scope.parameter("end_transitions", shape: [labels], .uniform(bound: 0.1))
    transitions = try scope.parameter(
      "transitions", shape: [labels, labels], .uniform(bound: 0.1))
  }

  /// A sentence: for each of its words the row of its scores, and its tag.
  struct Sentence {
    var rows: [Int]
    var tags: [Int]
  }

  /// The negative log-likelihood of sentences, summed; rank 0, differentiable.
  ///
  /// - Parameters:
  ///   - scores: Of all words, `[words, labels]`.
  ///   - sentences: Those with at least one word; there must be one.
  /// - Returns: The sum.
  /// - Throws: `TorchError` when an operation fails.
  func loss(_ scores: Tensor, _ sentences: [Sentence]) throws -> Tensor {
    let scores = try scores.to(.float32)
    return try logPartition(scores, sentences) - pathScore(scores, sentences)
  }

  /// The summed logarithms of what scores of all sequences of tags add up to.
  ///
  /// All sentences take a step at once, longest first, so that those that go on are always the
  /// first ones: a few operations for each word of the longest sentence.
  private func logPartition(_ scores: Tensor, _ sentences: [Sentence]) throws -> Tensor {
    let rows = sentences.map(\.rows).sorted { $0.count > $1.count }
    let steps = rows[0].count
    var active = [Int](repeating: 0, count: steps + 1)
    var order: [Int64] = []
    order.reserveCapacity(rows.reduce(0) { $0 + $1.count })
    for step in 0..<steps {
      active[step] = rows.prefix { $0.count > step }.count
      for sentence in rows[..<active[step]] { order.append(Int64(sentence[step])) }
    }
    let byStep = try scores.slices(Tensor(order).to(scores.device))
    let first = try start.value.to(.float32)
    let step = try transitions.value.to(.float32)

    var reached = try byStep.narrowed(0, from: 0, count: active[0]) + first
    var finished: [Tensor] = []
    var offset = active[0]
    for place in 1...steps {
      let count = active[place]
      if count < active[place - 1] {
        let ended = active[place - 1] - count
        finished.append(try reached.narrowed(0, from: count, count: ended))
        if count == 0 { break }
        reached = try reached.narrowed(0, from: 0, count: count)
      }
      // [sentences, from, 1] + [from, to], summed over where it came from.
      reached = try (reached.unsqueezed(2) + step).logSumExp(along: 1)
      reached = try reached + byStep.narrowed(0, from: offset, count: count)
      offset += count
    }
    let last = try Tensor.concatenated(finished) + end.value.to(.float32)
    return try last.logSumExp(along: 1).sum()
  }

  /// The summed scores of the sentences' own tags.
  private func pathScore(_ scores: Tensor, _ sentences: [Sentence]) throws -> Tensor {
    let labels = scores.size(-1)
    let device = scores.device
    func picked(_ tensor: Tensor, _ places: [Int]) throws -> Tensor {
      try tensor.to(.float32).flattened().slices(Tensor(places.map(Int64.init)).to(device)).sum()
    }
    var words: [Int] = []
    var steps: [Int] = []
    for sentence in sentences {
      words += zip(sentence.rows, sentence.tags).map { $0 * labels + $1 }
      steps += zip(sentence.tags, sentence.tags.dropFirst()).map { $0 * labels + $1 }
    }
    let first = try picked(start.value, sentences.map { $0.tags[0] })
    let last = try picked(end.value, sentences.map { $0.tags[$0.tags.count - 1] })
    let total = try picked(scores, words) + first + last
    return steps.isEmpty ? total : try total + picked(transitions.value, steps)
  }

  /// The parameters as numbers, for decoding.
  func steps() throws -> TagSteps {
    try withoutGradients {
      TagSteps(
        start: try start.value.to(.float32).values(as: Float.self).map(Double.init),
        end: try end.value.to(.float32).values(as: Float.self).map(Double.init),
        transitions: try transitions.value.to(.float32).values(as: Float.self).map(Double.init))
    }
  }
}
