import Foundation

/// Tests whose probabilities are exact.
enum ExactTests {
  /// McNemar's exact test: how likely rows on which two runs differ fall as unevenly, were either
  /// outcome as likely.
  ///
  /// McNemar (1947); the exact form is the two-sided binomial test with probability ½.
  ///
  /// - Parameters:
  ///   - wins: Rows that only the one run has right.
  ///   - losses: Rows that only the other one has right.
  /// - Returns: The p-value; 1 where the runs agree on all rows.
  static func mcNemar(wins: Int, losses: Int) -> Double {
    let trials = wins + losses
    guard trials > 0, wins != losses else { return 1 }
    // Each term from the one before, as logarithms: ½ⁿ alone would be 0 for many rows.
    var term = -Double(trials) * log(2)
    var sum = exp(term)
    var lost = 0.0
    for successes in stride(from: 1, through: min(wins, losses), by: 1) {
      term += log(Double(trials - successes + 1) / Double(successes))
      let part = exp(term) - lost
      let next = sum + part
      lost = (next - sum) - part
      sum = next
    }
    return min(1, 2 * sum)
  }

  /// Holm's correction (1979) of p-values that were all looked at.
  ///
  /// - Parameter values: The p-values.
  /// - Returns: The adjusted ones, in the same order.
  static func holm(_ values: [Double]) -> [Double] {
    var adjusted = values
    var largest = 0.0
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    for (rank, place) in order.enumerated() {
      largest = max(largest, min(1, values[place] * Double(values.count - rank)))
      adjusted[place] = largest
    }
    return adjusted
  }
}
