internal import Evaluation
internal import Foundation

/// What a sequence of tags scores beside the scores of words: steps from tag to tag, and its ends.
///
/// A step of minus infinity is never taken.
struct TagSteps {
  /// Of the first tag, one a label.
  var start: [Double]
  /// Of the last tag, one a label.
  var end: [Double]
  /// Of a tag (column) after another (row), row after row.
  var transitions: [Double]

  init(start: [Double], end: [Double], transitions: [Double]) {
    self.start = start
    self.end = end
    self.transitions = transitions
  }

  /// Steps that all score 0.
  init(labels: Int) {
    self.init(
      start: Array(repeating: 0, count: labels), end: Array(repeating: 0, count: labels),
      transitions: Array(repeating: 0, count: labels * labels))
  }

  var labels: Int { start.count }

  /// Steps that score 0, but for those that a scheme does not allow.
  static func allowed(by scheme: TagScheme, _ tags: [String]) -> TagSteps {
    var steps = TagSteps(labels: tags.count)
    for (place, tag) in tags.enumerated() {
      if !scheme.allows(tag, after: nil) { steps.start[place] = -.infinity }
      if !scheme.allows(nil, after: tag) { steps.end[place] = -.infinity }
      for (next, other) in tags.enumerated() where !scheme.allows(other, after: tag) {
        steps.transitions[place * tags.count + next] = -.infinity
      }
    }
    return steps
  }

  /// The sum of two, as many labels each.
  static func + (left: TagSteps, right: TagSteps) -> TagSteps {
    TagSteps(
      start: zip(left.start, right.start).map(+), end: zip(left.end, right.end).map(+),
      transitions: zip(left.transitions, right.transitions).map(+))
  }

  /// The sequence of tags of the highest score (Viterbi 1967); nil when every one is forbidden.
  ///
  /// - Parameters:
  ///   - scores: Of the words, `[words, labels]`.
  ///   - words: How many there are, at least one.
  /// - Returns: One tag a word, by its place.
  func best(_ scores: [Double], words: Int) -> [Int]? {
    let labels = labels
    var reached = (0..<labels).map { start[$0] + scores[$0] }
    var origins = [Int32](repeating: 0, count: labels * words)
    for word in 1..<max(1, words) {
      var next = [Double](repeating: -.infinity, count: labels)
      for tag in 0..<labels {
        var origin = 0
        for before in 0..<labels {
          let value = reached[before] + transitions[before * labels + tag]
          if value > next[tag] { (next[tag], origin) = (value, before) }
        }
        next[tag] += scores[word * labels + tag]
        origins[word * labels + tag] = Int32(origin)
      }
      reached = next
    }
    var last = 0
    var highest = -Double.infinity
    for tag in 0..<labels where reached[tag] + end[tag] > highest {
      (last, highest) = (tag, reached[tag] + end[tag])
    }
    guard highest > -.infinity else { return nil }
    var path = [last]
    for word in stride(from: words - 1, to: 0, by: -1) {
      last = Int(origins[word * labels + last])
      path.append(last)
    }
    return path.reversed()
  }

  /// The score of a sequence of tags.
  func score(_ scores: [Double], _ tags: [Int]) -> Double {
    guard let first = tags.first, let last = tags.last else { return 0 }
    var sum = start[first] + end[last]
    for (word, tag) in tags.enumerated() { sum += scores[word * labels + tag] }
    for (before, tag) in zip(tags, tags.dropFirst()) { sum += transitions[before * labels + tag] }
    return sum
  }

  /// The logarithm of what the scores of all sequences add up to, and each word's probability of
  /// each tag (the forward and backward sums of Rabiner 1989), `[words, labels]`.
  func marginals(_ scores: [Double], words: Int) -> (logPartition: Double, probabilities: [Double])
  {
    let labels = labels
    var forward = [Double](repeating: 0, count: words * labels)
    var backward = forward
    for tag in 0..<labels {
      forward[tag] = start[tag] + scores[tag]
      backward[(words - 1) * labels + tag] = end[tag]
    }
    for word in 1..<max(1, words) {
      for tag in 0..<labels {
        let sum = Self.logSum(labels) {
          forward[(word - 1) * labels + $0] + transitions[$0 * labels + tag]
        }
        forward[word * labels + tag] = sum + scores[word * labels + tag]
      }
    }
    for word in stride(from: words - 2, through: 0, by: -1) {
      for tag in 0..<labels {
        backward[word * labels + tag] = Self.logSum(labels) {
          let next = (word + 1) * labels + $0
          return transitions[tag * labels + $0] + scores[next] + backward[next]
        }
      }
    }
    let total = Self.logSum(labels) { forward[(words - 1) * labels + $0] + end[$0] }
    return (total, zip(forward, backward).map { exp($0 + $1 - total) })
  }

  private static func logSum(_ count: Int, _ value: (Int) -> Double) -> Double {
    var largest = -Double.infinity
    for place in 0..<count { largest = max(largest, value(place)) }
    guard largest > -.infinity else { return largest }
    var sum = 0.0
    for place in 0..<count { sum += exp(value(place) - largest) }
    return largest + log(sum)
  }
}
