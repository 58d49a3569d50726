internal import Evaluation

/// Makes tags of words out of their scores.
struct TagDecoder {
  /// The tags, in the order of the scores.
  let names: [String]
  /// Their scheme; nil for tags without one.
  let scheme: TagScheme?
  /// Whether tags that may not follow each other are repaired.
  let repairs: Bool
  /// The CRF's; nil without one.
  let steps: TagSteps?
  /// Its steps without those that are forbidden; nil where none is.
  private let legal: TagSteps?
  private let outside: Int?
  private let places: [String: Int]

  /// Makes a decoder.
  ///
  /// - Parameters:
  ///   - names: The tags, in the order of the scores.
  ///   - scheme: Their scheme, or nil.
  ///   - repairs: Whether tags that may not follow each other are repaired.
  ///   - steps: The CRF's, or nil.
  ///   - allowed: 0 for what is allowed, minus infinity for what is forbidden; nil forbids nothing.
  init(
    names: [String], scheme: TagScheme?, repairs: Bool, steps: TagSteps?, allowed: TagSteps?
  ) {
    self.names = names
    self.scheme = scheme
    self.repairs = repairs
    self.steps = steps
    legal = allowed.map { allowed in steps.map { $0 + allowed } ?? allowed }
    outside = names.firstIndex(of: "O")
    places = Dictionary(
      names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The tag of every word of a row.
  ///
  /// A word that was not read is `O`; where there is no such tag it has that of the word before it,
  /// and before the first word read that of the word after it.
  ///
  /// - Parameters:
  ///   - scores: Of the words that were read, `[read, labels]`.
  ///   - read: Those words, ascending.
  ///   - count: How many words there are.
  /// - Returns: One tag a word, by its place among the names.
  func tags(_ scores: [Double], of read: [Int], among count: Int) -> [Int] {
    if let legal, let path = legalPath(legal, scores, of: read, among: count) { return path }
    var chosen: [Int] = []
    if let steps, !read.isEmpty {
      chosen = steps.best(scores, words: read.count) ?? []
    } else {
      chosen = read.indices.map { best(scores, $0) }
    }
    return repaired(filled(chosen, of: read, among: count))
  }

  private func best(_ scores: [Double], _ row: Int) -> Int {
    let range = row * names.count..<(row + 1) * names.count
    var best = range.lowerBound
    for place in range where scores[place] > scores[best] { best = place }
    return best - range.lowerBound
  }

  /// The best of the legal sequences, in which words that were not read are `O`; nil when none is
  /// legal.
  private func legalPath(
    _ legal: TagSteps, _ scores: [Double], of read: [Int], among count: Int
  ) -> [Int]? {
    guard count > 0 else { return [] }
    guard read.count < count else { return legal.best(scores, words: count) }
    guard let outside else { return nil }
    let labels = names.count
    var all = [Double](repeating: -.infinity, count: count * labels)
    for word in 0..<count { all[word * labels + outside] = 0 }
    for (row, word) in read.enumerated() {
      for label in 0..<labels { all[word * labels + label] = scores[row * labels + label] }
    }
    return legal.best(all, words: count)
  }

  private func filled(_ chosen: [Int], of read: [Int], among count: Int) -> [Int] {
    guard chosen.count < count else { return chosen }
    var tags = [Int?](repeating: nil, count: count)
    for (word, tag) in zip(read, chosen) { tags[word] = tag }
    var previous = outside ?? chosen.first ?? 0
    return tags.map { tag in
      let found = tag ?? outside ?? previous
      previous = found
      return found
    }
  }

  private func repaired(_ tags: [Int]) -> [Int] {
    guard repairs, let scheme else { return tags }
    let written = tags.map { names[$0] }
    guard !scheme.faults(in: written).isEmpty, let repaired = try? scheme.repaired(written) else {
      return tags
    }
    // A model of other origin may lack the tag that would be right.
    let found = repaired.compactMap { places[$0] }
    return found.count == tags.count ? found : tags
  }
}
