/// What makes two rows the same text: all texts, byte for byte, and the parts that are marked.
struct RowText: Hashable {
  private let text: ExactText
  private let pair: ExactText?
  private let others: [ExactText]
  private let spans: [Range<Int>]

  init(_ row: TextRow) {
    text = ExactText(row.text)
    pair = row.pair.map(ExactText.init)
    others = row.others.map(ExactText.init)
    spans = row.spans
  }
}

/// What makes two targets the same: labels in any order, tags and grades in theirs, byte for byte.
struct TargetKey: Hashable {
  private let labels: [ExactText]?

  init(_ target: RowTarget) {
    let texts = target.labelTexts.map { $0.map(ExactText.init) }
    switch target {
    case .tags, .grades: labels = texts
    default: labels = texts?.sorted()
    }
  }
}

/// Rows of a split that have the same text as another one.
struct RepeatedTexts {
  /// Places whose text and target an earlier row has, each with that row's place.
  private(set) var duplicates: [(place: Int, first: Int)] = []
  /// Groups of places with one text and at least two targets.
  private(set) var conflicts: [[Int]] = []

  init(_ rows: [TextRow]) {
    var groups: [RowText: Int] = [:]
    var repeated: [Int: [Int]] = [:]
    for (place, row) in rows.enumerated() {
      let key = RowText(row)
      if let first = groups[key] {
        repeated[first, default: [first]].append(place)
      } else {
        groups[key] = place
      }
    }
    for (_, places) in repeated.sorted(by: { $0.key < $1.key }) {
      var firstOfTarget: [TargetKey: Int] = [:]
      for place in places {
        let key = TargetKey(rows[place].target)
        if let first = firstOfTarget[key] {
          duplicates.append((place, first))
        } else {
          firstOfTarget[key] = place
        }
      }
      if firstOfTarget.count > 1 { conflicts.append(places) }
    }
    duplicates.sort { $0.place < $1.place }
  }
}
