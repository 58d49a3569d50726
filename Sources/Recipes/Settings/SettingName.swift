/// Names of settings, however they are spelled.
enum SettingName {
  /// Without case, hyphens and underscores: `batch-tokens`, `batch_tokens` and `batchTokens` are
  /// the same name.
  static func normalized(_ name: some StringProtocol) -> String {
    String(name.lowercased().filter { $0 != "-" && $0 != "_" })
  }

  /// A dotted path, part by part.
  static func path(_ key: String) -> [String] {
    key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
  }
}

/// How near two words are to each other.
enum Spelling {
  /// The candidate nearest to a word, or nil when none is near enough to be meant.
  ///
  /// Case, hyphens and underscores do not count. Among equals the first wins.
  static func nearest(to word: String, among candidates: [String]) -> String? {
    let wanted = Array(SettingName.normalized(word.prefix(100)).unicodeScalars)
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let scalars = Array(SettingName.normalized(candidate).unicodeScalars)
      var distance = distance(wanted, scalars)
      // A word that another begins or ends with is often a shortened one: `rate`, `warmup`.
      if wanted.count >= 4,
        scalars.starts(with: wanted) || scalars.reversed().starts(with: wanted.reversed())
      {
        distance = min(distance, 2)
      }
      let near = max(2, min(wanted.count, scalars.count) / 3)
      if distance <= near, distance < wanted.count, distance < best?.distance ?? .max {
        best = (candidate, distance)
      }
    }
    return best?.candidate
  }

  /// Letters to insert, drop, replace or swap with their neighbour (Damerau–Levenshtein, optimal
  /// string alignment).
  static func distance(_ one: [Unicode.Scalar], _ other: [Unicode.Scalar]) -> Int {
    var before: [Int] = []
    var last = Array(0...other.count)
    for (row, letter) in one.enumerated() {
      var current = [row + 1]
      for (column, otherLetter) in other.enumerated() {
        var cost = min(
          last[column + 1] + 1, current[column] + 1,
          last[column] + (letter == otherLetter ? 0 : 1))
        if row > 0, column > 0, letter == other[column - 1], one[row - 1] == otherLetter {
          cost = min(cost, before[column - 1] + 1)
        }
        current.append(cost)
      }
      (before, last) = (last, current)
    }
    return last[other.count]
  }
}
