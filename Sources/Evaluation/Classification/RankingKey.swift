#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A probability as four bytes whose order is the order of the probabilities, and which tell apart
/// values near 1 as well as values near 0.
///
/// `Float` alone rounds every probability above 1 - 3e-8 to 1, which makes ties of confident
/// predictions. Below one half the key is the bit pattern of the probability; from there on it is
/// `UInt32.max` less the bit pattern of what is missing to 1. `Float` probabilities keep exactly
/// their order and their ties.
enum RankingKey {
  /// The key of a probability and what is missing from it to 1.
  static func key(probability: Double, complement: Double) -> UInt32 {
    probability < 0.5
      ? Float(probability).magnitude.bitPattern
      : UInt32.max - Float(complement).magnitude.bitPattern
  }

  /// The key of a single-precision probability.
  static func key(_ probability: Float) -> UInt32 {
    // 1 - p is exact in single precision from one half on (Sterbenz).
    probability < 0.5
      ? probability.magnitude.bitPattern : UInt32.max - (1 - probability).magnitude.bitPattern
  }
}

/// A row of logits as probabilities.
enum Activation {
  /// The softmax of a row: each class's probability and what is missing from it to 1, and the
  /// logarithm of the sum of the exponentials.
  static func softmax(
    _ logits: ArraySlice<Float>, into probabilities: inout [Double], complements: inout [Double]
  ) -> Double {
    let highest = Double(logits.max() ?? 0)
    var sum = 0.0
    for (place, logit) in logits.enumerated() {
      probabilities[place] = exp(Double(logit) - highest)
      sum += probabilities[place]
    }
    for place in probabilities.indices {
      var others = sum - probabilities[place]
      if probabilities[place] > 0.5 * sum {
        // The difference would lose the digits of the small rest.
        others = 0
        for other in probabilities.indices where other != place { others += probabilities[other] }
      }
      complements[place] = others / sum
    }
    for place in probabilities.indices { probabilities[place] /= sum }
    return highest + log(sum)
  }

  /// The logistic function of a logit, what is missing from it to 1, and the cross-entropy of the
  /// logit with a truth of 1; the cross-entropy with 0 is larger by the logit.
  static func sigmoid(_ logit: Double) -> (probability: Double, complement: Double, loss: Double) {
    let small = exp(-abs(logit))
    let near = 1 / (1 + small)
    let far = small / (1 + small)
    let loss = max(0, -logit) + log1p(small)
    return logit >= 0 ? (near, far, loss) : (far, near, loss)
  }

  /// The natural logarithm of a probability, bounded below as scikit-learn does for single
  /// precision.
  static func boundedLog(_ probability: Double) -> Double {
    log(max(probability, Double(Float.ulpOfOne)))
  }
}
