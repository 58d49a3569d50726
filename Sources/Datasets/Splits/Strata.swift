/// The groups that a stratified split keeps in proportion.
enum Strata {
  private static let valueGroups = 10

  /// The places of rows by target, in an order that depends on the targets alone.
  static func of(_ rows: [TextRow]) -> [[Int]] {
    var byTarget: [ExactText: [Int]] = [:]
    var values: [(value: Double, place: Int)] = []
    for (place, row) in rows.enumerated() {
      switch row.target {
      case .value(let value): values.append((value, place))
      case .label(let label): byTarget[ExactText(label), default: []].append(place)
      case .labels(let labels):
        let sorted = labels.map(ExactText.init).sorted().map(\.text)
        byTarget[ExactText(sorted.joined(separator: "\u{0}")), default: []].append(place)
      // Whether there is an answer is worth keeping in proportion; which tags a sentence has is not:
      // nearly every sentence would be a group of its own.
      case .answers(let answers):
        byTarget[ExactText(answers.isEmpty ? "" : "answer"), default: []].append(place)
      case .tags, .choice, .grades, .none: byTarget[ExactText(""), default: []].append(place)
      }
    }
    let named = byTarget.keys.sorted().compactMap { byTarget[$0] }
    return named + byValue(values)
  }

  private static func byValue(_ values: [(value: Double, place: Int)]) -> [[Int]] {
    let ranked = values.sorted { ($0.value, $0.place) < ($1.value, $1.place) }
    let count = min(valueGroups, ranked.count)
    return (0..<count).map { group in
      let (start, end) = (ranked.count * group / count, ranked.count * (group + 1) / count)
      return ranked[start..<end].map(\.place).sorted()
    }
  }

  /// Puts rows of one text together; a text in several strata belongs to the first row's.
  static func groupedByText(_ rows: [TextRow], _ strata: [[Int]]) -> [[[Int]]] {
    var stratumOfRow = Array(repeating: 0, count: rows.count)
    for (stratum, places) in strata.enumerated() {
      for place in places { stratumOfRow[place] = stratum }
    }
    var home: [ExactText: (stratum: Int, group: Int)] = [:]
    var groups: [[[Int]]] = Array(repeating: [], count: strata.count)
    for (place, row) in rows.enumerated() {
      let text = ExactText(row.text)
      if let home = home[text] {
        groups[home.stratum][home.group].append(place)
      } else {
        let stratum = stratumOfRow[place]
        home[text] = (stratum, groups[stratum].count)
        groups[stratum].append([place])
      }
    }
    return groups
  }

  /// How many of each stratum to take so that all together are `share` of the total.
  ///
  /// Largest remainders; at least one of each stratum is left. Ties go to the earlier stratum.
  static func apportion(
    _ share: Double, of total: Int, among sizes: [Int], taken: [Int]?
  ) -> [Int] {
    let wanted = Int((share * Double(total)).rounded())
    let limits = sizes.indices.map { max(0, sizes[$0] - (taken?[$0] ?? 0) - 1) }
    let exact = sizes.map { share * Double($0) }
    var counts = sizes.indices.map { min(limits[$0], Int(exact[$0].rounded(.down))) }
    let order = sizes.indices.sorted { left, right in
      let remainders = (
        exact[left] - exact[left].rounded(.down), exact[right] - exact[right].rounded(.down)
      )
      return remainders.0 == remainders.1 ? left < right : remainders.0 > remainders.1
    }
    var missing = wanted - counts.reduce(0, +)
    while missing > 0 {
      let open = order.filter { counts[$0] < limits[$0] }
      if open.isEmpty { break }
      for stratum in open.prefix(missing) {
        counts[stratum] += 1
        missing -= 1
      }
    }
    return counts
  }
}
