import Foundation

/// The negative log-likelihood of logits multiplied by a number, the inverse temperature.
///
/// It is convex in that number, so its minimum is where the derivative changes sign.
struct LogitLikelihood {
  /// Temperatures between 0.01 and 100 are searched.
  static let bounds = 0.01...100.0

  let logits: [Float]
  let truths: [Int32]
  let classes: Int
  let isExclusive: Bool

  /// The mean loss and its first two derivatives by the inverse temperature.
  struct Values {
    var loss = 0.0
    var slope = 0.0
    var curvature = 0.0
  }

  func at(_ inverse: Double) -> Values {
    var sums = Values()
    if isExclusive {
      for row in truths.indices { addExclusive(row, inverse, &sums) }
    } else {
      for place in logits.indices { addIndependent(place, inverse, &sums) }
    }
    let count = Double(truths.count)
    sums.loss /= count
    sums.slope /= count
    sums.curvature /= count
    return sums
  }

  /// Newton's method, kept within a bracket that halves where a step would leave it.
  func bestInverseTemperature() -> (value: Double, isBounded: Bool) {
    var lower = 1 / Self.bounds.upperBound
    var upper = 1 / Self.bounds.lowerBound
    // Nothing to gain: all logits are equal, or so far apart that the loss is 0.
    if at(1).slope == 0 { return (1, false) }
    if at(upper).slope <= 0 { return (upper, true) }
    if at(lower).slope >= 0 { return (lower, true) }
    var value = 1.0
    for _ in 0..<100 {
      let found = at(value)
      if found.slope > 0 { upper = value } else { lower = value }
      var next = found.curvature > 0 ? value - found.slope / found.curvature : -1
      if next <= lower || next >= upper { next = (lower + upper) / 2 }
      let change = abs(next - value)
      value = next
      if change <= 1e-12 * value { break }
    }
    return (value, false)
  }

  /// The expected calibration error of the most probable answers.
  func calibrationError(_ inverse: Double, bins: Int) throws(EvaluationError) -> Double {
    var calibration = CalibrationEvaluation(bins: bins, keptRows: 0)
    if isExclusive {
      for row in truths.indices {
        let values = logits[row * classes..<(row + 1) * classes]
        let largest = values.max() ?? 0
        let best = (values.firstIndex(of: largest) ?? values.startIndex) - values.startIndex
        let sum = values.reduce(0) { $0 + exp((Double($1) - Double(largest)) * inverse) }
        try calibration.add(confidence: 1 / sum, isCorrect: best == Int(truths[row]))
      }
    } else {
      for (logit, truth) in zip(logits, truths) {
        let confidence = 1 / (1 + exp(-abs(Double(logit)) * inverse))
        try calibration.add(confidence: confidence, isCorrect: (logit >= 0) == (truth == 1))
      }
    }
    return try calibration.report().expectedError
  }

  private func addExclusive(_ row: Int, _ inverse: Double, _ sums: inout Values) {
    let values = logits[row * classes..<(row + 1) * classes]
    let largest = Double(values.max() ?? 0)
    var total = 0.0
    var mean = 0.0
    var square = 0.0
    for value in values {
      // Relative to the largest, so that nothing overflows; the variance does not mind.
      let shifted = Double(value) - largest
      let weight = exp(shifted * inverse)
      total += weight
      mean += weight * shifted
      square += weight * shifted * shifted
    }
    mean /= total
    let truth = Double(values[values.startIndex + Int(truths[row])]) - largest
    sums.loss += log(total) - truth * inverse
    sums.slope += mean - truth
    sums.curvature += max(0, square / total - mean * mean)
  }

  private func addIndependent(_ place: Int, _ inverse: Double, _ sums: inout Values) {
    let logit = Double(logits[place])
    let truth = Double(truths[place])
    let scaled = logit * inverse
    let small = exp(-abs(scaled))
    let probability = scaled >= 0 ? 1 / (1 + small) : small / (1 + small)
    sums.loss += max(scaled, 0) + log1p(small) - truth * scaled
    sums.slope += (probability - truth) * logit
    sums.curvature += probability * (1 - probability) * logit * logit
  }
}
