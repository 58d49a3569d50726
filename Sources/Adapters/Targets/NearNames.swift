/// Finds what somebody probably meant by a name that is not there.
enum NearNames {
  /// The nearest candidates in edits, nearest first; all of them when there are few.
  static func of(_ name: String, among candidates: [String], atMost limit: Int = 6) -> [String] {
    let unique = Array(Set(candidates)).sorted()
    guard unique.count > limit else { return unique }
    let wanted = Array(name.lowercased().utf8)
    let measured = unique.map { candidate in
      (name: candidate, distance: distance(wanted, Array(candidate.lowercased().utf8)))
    }
    return measured.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
      .prefix(limit).map(\.name)
  }

  /// Levenshtein's distance; a name that is a part of the other counts as near.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for i in left.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in right.indices {
        let change = diagonal + (left[i] == right[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(change, row[j + 1] + 1, row[j] + 1)
      }
    }
    let isPart = String(decoding: right, as: UTF8.self).contains(
      String(decoding: left, as: UTF8.self))
    return isPart && !left.isEmpty ? row[right.count] / 4 : row[right.count]
  }
}
