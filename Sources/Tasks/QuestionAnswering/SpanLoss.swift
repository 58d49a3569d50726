internal import Foundation
internal import Models
internal import Torch

/// The loss of the scores of tokens as an answer's first and last.
enum SpanLoss {
  /// The sum over windows of the mean of both cross-entropies, each among the window's own tokens;
  /// rank 0, fp32.
  ///
  /// - Parameters:
  ///   - start: `[T]`.
  ///   - end: `[T]`.
  ///   - windows: The windows of T tokens together.
  /// - Returns: The sum over windows.
  /// - Throws: `TorchError` when the scores are not those of the windows.
  static func sum(_ start: Tensor, _ end: Tensor, _ windows: [AnswerWindow]) throws -> Tensor {
    let scores = try Tensor.stacked([start, end]).to(.float32)
    let total = scores.shape[1]
    var first = 0
    var normalizers: [Tensor] = []
    var places: [Int64] = []
    for window in windows {
      let length = window.tokens.ids.count
      normalizers.append(
        try scores.narrowed(1, from: first, count: length).logSumExp(along: 1))
      places.append(Int64(first + window.target.lowerBound))
      places.append(Int64(total + first + window.target.upperBound))
      first += length
    }
    let chosen = try scores.reshaped([2 * total]).slices(Tensor(places).to(scores.device))
    let losses = try Tensor.stacked(normalizers).reshaped([2 * windows.count]) - chosen
    return try losses.sum() / 2
  }

  /// The same with the scores of there being no answer.
  static func sum(_ logits: BeamSpanLogits, _ windows: [AnswerWindow]) throws -> Tensor {
    let none = try Tensor(windows.map { Float($0.holdsAnswer ? 0 : 1) })
    let scores = try logits.unanswerable.to(.float32)
    return try sum(logits.start, logits.end, windows)
      + scores.binaryCrossEntropy(none.to(scores.device), reduction: .sum) * 0.5
  }

  /// A window's loss from scores that were computed.
  static func value(_ start: [Float], _ end: [Float], _ target: ClosedRange<Int>) -> Double {
    (crossEntropy(start, target.lowerBound) + crossEntropy(end, target.upperBound)) / 2
  }

  private static func crossEntropy(_ scores: [Float], _ place: Int) -> Double {
    let largest = Double(scores.max() ?? 0)
    return log(scores.reduce(0) { $0 + exp(Double($1) - largest) }) + largest
      - Double(scores[place])
  }
}
