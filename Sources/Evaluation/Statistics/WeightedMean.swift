/// A mean of which parts arrive one after another; the error of the sum is carried along
/// (Neumaier 1974).
struct WeightedMean: Equatable {
  private var sum = 0.0
  private var error = 0.0
  private(set) var weight = 0.0

  mutating func add(sum part: Double, weight partWeight: Double) {
    let next = sum + part
    error += abs(sum) >= abs(part) ? (sum - next) + part : (part - next) + sum
    sum = next
    weight += partWeight
  }

  mutating func add(_ other: WeightedMean) {
    add(sum: other.sum, weight: other.weight)
    error += other.error
  }

  /// The mean; nil where nothing was added.
  var value: Double? { weight > 0 ? (sum + error) / weight : nil }
}
