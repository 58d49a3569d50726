internal import Torch

/// The scores of rows that have different numbers of candidates.
struct RaggedScores {
  /// The scores of all candidates, one row after another, `[C]`, fp32.
  let scores: Tensor
  /// How many candidates each row has.
  let counts: [Int]

  /// Takes a model's logits `[C, 1]`.
  init(_ logits: Tensor, counts: [Int]) throws {
    scores = try logits.to(.float32).reshaped([counts.reduce(0, +)])
    self.counts = counts
  }

  /// One row a row, `[N, most]`, where places without a candidate are minus infinity: a softmax
  /// over them is that over the candidates.
  func padded() throws -> Tensor {
    let most = counts.max() ?? 0
    let total = counts.reduce(0, +)
    var places: [Int64] = []
    places.reserveCapacity(counts.count * most)
    var start = 0
    for count in counts {
      for place in 0..<most { places.append(Int64(place < count ? start + place : total)) }
      start += count
    }
    let nothing = try Tensor([-Float.infinity]).to(scores.device)
    return try Tensor.concatenated([scores, nothing])
      .slices(Tensor(places).to(scores.device))
      .reshaped([counts.count, most])
  }
}
