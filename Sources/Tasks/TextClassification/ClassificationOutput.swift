internal import Foundation

/// The logits of one text, and what they say.
public struct ClassificationOutput: Sendable, Equatable {
  /// One number a label, before softmax or sigmoid; for regression the prediction itself.
  public let logits: [Float]

  /// Wraps logits.
  public init(logits: [Float]) {
    self.logits = logits
  }

  /// The probability of each label when exactly one is right (softmax).
  public var exclusiveProbabilities: [Double] {
    let largest = Double(logits.max() ?? 0)
    let powers = logits.map { exp(Double($0) - largest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// The logarithm of a label's probability when exactly one is right.
  public func logProbability(of place: Int) -> Double {
    let largest = Double(logits.max() ?? 0)
    let sum = logits.reduce(0) { $0 + exp(Double($1) - largest) }
    return Double(logits[place]) - largest - log(sum)
  }

  /// The probability of each label when each stands for itself (sigmoid).
  public var independentProbabilities: [Double] {
    logits.map { 1 / (1 + exp(-Double($0))) }
  }

  /// The place of the largest logit; the first of equals.
  public var best: Int {
    logits.indices.max { logits[$0] < logits[$1] || (logits[$0] == logits[$1] && $0 > $1) } ?? 0
  }
}
