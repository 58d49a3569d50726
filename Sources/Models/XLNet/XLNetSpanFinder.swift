import Layers
import Torch

/// XLNet with Transformers' head that looks for an answer's beginning, then for its end, and tells
/// whether there is one: `XLNetForQuestionAnswering`.
struct XLNetForQuestionAnswering: BeamSpanFinder {
  let transformer: XLNet
  let start: Linear
  let end: PairScore
  let answer: PairScore

  init(_ configuration: XLNetConfiguration, at scope: ModuleScope) throws {
    transformer = try XLNet(configuration, at: scope["transformer"])
    start = try Linear(
      configuration.hiddenSize, 1, deviation: configuration.initializerRange,
      at: scope["start_logits"]["dense"])
    end = try PairScore(configuration, isNormalized: true, at: scope["end_logits"])
    answer = try PairScore(configuration, isNormalized: false, at: scope["answer_class"])
  }

  var vocabularySize: Int { transformer.vocabularySize }
  var maximumLength: Int? { nil }

  func logits(
    _ batch: RaggedBatch, starts: [Int], limits: SpanLimits
  ) throws -> BeamSpanLogits {
    try batch.require(starts, "The beginning of an answer")
    let sequences = try read(batch, limits)
    let parts = try zip(sequences, starts).map { sequence, place in
      let first = try sequence.hidden.narrowed(0, from: place, count: 1)
      return (
        start: sequence.startScores,
        end: try end(sequence.hidden, first).squeezed(1) + sequence.penalty,
        answer: try answer(first, sequence.classState).reshaped([1])
      )
    }
    return BeamSpanLogits(
      start: try Tensor.concatenated(parts.map(\.start)),
      end: try Tensor.concatenated(parts.map(\.end)),
      unanswerable: try Tensor.concatenated(parts.map(\.answer)))
  }

  func candidates(_ batch: RaggedBatch, limits: SpanLimits) throws -> [SpanCandidates] {
    try read(batch, limits).map { sequence in
      let length = sequence.hidden.shape[0]
      let probabilities = try sequence.startScores.softmax()
      let starts = try probabilities.largest(
        min(transformer.configuration.startBeams, length))
      // One column for each beginning.
      let ends = try
        (end(sequence.hidden, sequence.hidden.slices(starts.indices))
        + sequence.penalty.unsqueezed(1))
        .softmax(along: 0).transposed(0, 1)
        .largest(min(transformer.configuration.endBeams, length))
      let mean = try probabilities.unsqueezed(0).matmul(sequence.hidden)
      return SpanCandidates(
        starts: try Self.candidates(starts.values, starts.indices),
        ends: try (0..<starts.values.count).map {
          try Self.candidates(ends.values.select(0, $0), ends.indices.select(0, $0))
        },
        unanswerable: Float(try answer(mean, sequence.classState).item()))
    }
  }

  private static func candidates(
    _ values: Tensor, _ places: Tensor
  ) throws -> [SpanCandidates.Candidate] {
    try zip(places.values(as: Int64.self), values.values(as: Float.self)).map {
      SpanCandidates.Candidate(place: Int($0), probability: $1)
    }
  }

  /// One sequence of a batch.
  private struct Sequence {
    /// `[L, hidden]`.
    let hidden: Tensor
    /// Of each token as the first of an answer, `[L]`.
    let startScores: Tensor
    /// What is added to the scores of tokens: -1e30 for those that are excluded, `[L]`.
    let penalty: Tensor
    /// The vector that tells whether there is an answer, `[1, hidden]`.
    let classState: Tensor
  }

  private func read(_ batch: RaggedBatch, _ limits: SpanLimits) throws -> [Sequence] {
    if let places = limits.classPlaces { try batch.require(places, "The place of the class") }
    let excluded = limits.excluded ?? Array(repeating: [], count: batch.count)
    _ = try batch.selection(of: excluded.map { Set($0).sorted() })
    let hidden = try transformer(batch)
    let scores = try start(hidden).squeezed(1)
    var first = 0
    return try batch.lengths.enumerated().map { index, length in
      defer { first += length }
      var penalty = [Float](repeating: 0, count: length)
      for place in excluded[index] { penalty[place] = -1e30 }
      let added = try Tensor(penalty).to(hidden.device, hidden.dataType)
      let vectors = try hidden.narrowed(0, from: first, count: length)
      return Sequence(
        hidden: vectors,
        startScores: try scores.narrowed(0, from: first, count: length) + added, penalty: added,
        classState: try vectors.narrowed(
          0, from: limits.classPlaces?[index] ?? length - 1, count: 1))
    }
  }
}

/// A score of two vectors: a dense layer of both, the hyperbolic tangent, perhaps a norm, and a
/// dense layer of one result.
struct PairScore {
  private let first, second: Linear
  private let norm: LayerNorm?

  init(_ configuration: XLNetConfiguration, isNormalized: Bool, at scope: ModuleScope) throws {
    let (size, deviation) = (configuration.hiddenSize, configuration.initializerRange)
    first = try Linear(2 * size, size, deviation: deviation, at: scope["dense_0"])
    norm =
      isNormalized
      ? try LayerNorm(size, epsilon: configuration.normEpsilon, at: scope["LayerNorm"]) : nil
    second = try Linear(
      size, 1, hasBias: isNormalized, deviation: deviation, at: scope["dense_1"])
  }

  /// The scores of each of `[L, hidden]` with each of `[S, hidden]`: `[L, S]`.
  func callAsFunction(_ left: Tensor, _ right: Tensor) throws -> Tensor {
    let size = left.shape[1]
    let weight = first.weight.value
    // The layer of two vectors side by side is the sum of one of each: no pair is copied.
    let ofLeft = try left.linear(
      weight: weight.narrowed(1, from: 0, count: size), bias: first.bias?.value)
    let ofRight = try right.linear(weight: weight.narrowed(1, from: size, count: size))
    var pairs = try (ofLeft.unsqueezed(1) + ofRight.unsqueezed(0)).hyperbolicTangent()
    if let norm { pairs = try norm(pairs) }
    return try second(pairs).squeezed(2)
  }
}

extension RaggedBatch {
  /// Refuses places that are not one in each sequence.
  fileprivate func require(_ places: [Int], _ name: String) throws {
    guard places.count == count else {
      throw ModelsError(.input, "\(name) is given for \(places.count) sequences of \(count).")
    }
    for (place, length) in zip(places, lengths) where !(0..<length).contains(place) {
      throw ModelsError(
        .input, "\(name), \(place), lies outside its sequence of \(length) tokens.")
    }
  }
}
