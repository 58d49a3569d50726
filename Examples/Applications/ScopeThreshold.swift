/// The probability below which a request is taken for none that the service knows.
///
/// Chosen so that the mean of two shares is largest (balanced accuracy): of the requests that are
/// known, those that are let through; of the others, those that are found. It does not depend on how
/// many of each there are.
struct ScopeThreshold {
  /// What a threshold does.
  struct Point {
    /// The probability.
    let threshold: Double
    /// The share of the known requests that are let through.
    let kept: Double
    /// The share of the others that are found.
    let found: Double

    var balancedAccuracy: Double { (kept + found) / 2 }
  }

  /// The threshold that was chosen.
  let best: Point
  /// What other thresholds would have done, from 0.1 to 0.9.
  let curve: [Point]

  /// Chooses among the probabilities that occur.
  ///
  /// - Parameters:
  ///   - known: The largest probability of each request that is known.
  ///   - unknown: The same of requests that are none of those.
  init(known: [Double], unknown: [Double]) {
    func point(_ threshold: Double) -> Point {
      Point(
        threshold: threshold, kept: known.share { $0 >= threshold },
        found: unknown.share { $0 < threshold })
    }
    let points = Set(known + unknown).sorted().map(point)
    best = points.max { $0.balancedAccuracy < $1.balancedAccuracy } ?? point(0)
    curve = (1...9).map { point(Double($0) / 10) }
  }
}
