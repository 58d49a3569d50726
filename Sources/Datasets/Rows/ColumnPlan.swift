/// A mapping made ready for reading: the columns to fetch, each once, and what each is for.
struct ColumnPlan {
  /// The columns to fetch.
  private(set) var wanted: [String] = []
  private(set) var text = 0
  private(set) var pair: Int?
  private(set) var label: Int?
  private(set) var labelColumns: [Int] = []
  private(set) var keep: [Int] = []
  let labelSeparator: String?
  let target: TargetKind

  /// - Throws: ``DatasetsError`` when the mapping contradicts itself or the kind of target.
  init(_ mapping: ColumnMapping, target: TargetKind) throws {
    self.target = target
    labelSeparator = mapping.labelSeparator
    try Self.check(mapping, target: target)
    text = place(of: mapping.text)
    pair = mapping.pair.map { place(of: $0) }
    keep = mapping.keep.map { place(of: $0) }
    guard target != .none else { return }
    if let columns = mapping.labelColumns {
      labelColumns = columns.map { place(of: $0) }
    } else {
      label = mapping.label.map { place(of: $0) }
    }
  }

  private mutating func place(of column: String) -> Int {
    if let known = wanted.firstIndex(where: { ExactText($0) == ExactText(column) }) {
      return known
    }
    wanted.append(column)
    return wanted.count - 1
  }

  private static func check(_ mapping: ColumnMapping, target: TargetKind) throws {
    func refuse(_ message: String) throws -> Never {
      throw DatasetsError(.invalidMapping, "The column mapping \(message).")
    }
    if let pair = mapping.pair, pair == mapping.text {
      try refuse("names '\(pair)' both as the text and as its pair")
    }
    if mapping.labelSeparator == "" { try refuse("has an empty label separator") }
    let hasColumns = mapping.labelColumns != nil
    switch target {
    case .none:
      return
    case .singleLabel, .regression:
      if hasColumns { try refuse("has label columns, which only a multi-label task can use") }
      if mapping.labelSeparator != nil {
        try refuse("has a label separator, which only a multi-label task can use")
      }
    case .multiLabel:
      try checkLabelColumns(mapping, refuse)
    }
    guard let label = mapping.label else {
      if !hasColumns { try refuse("names no label column, and the task needs one") }
      return
    }
    if label == mapping.text || label == mapping.pair {
      try refuse("names '\(label)' both as a text and as the label")
    }
  }

  private static func checkLabelColumns(
    _ mapping: ColumnMapping, _ refuse: (String) throws -> Never
  ) throws {
    guard let columns = mapping.labelColumns else { return }
    if columns.isEmpty { try refuse("has an empty list of label columns") }
    if mapping.label != nil { try refuse("has both a label column and label columns; give one") }
    if mapping.labelSeparator != nil {
      try refuse("has both label columns and a label separator; give one")
    }
    if let twice = firstRepeated(columns) { try refuse("lists the label column '\(twice)' twice") }
    if let text = columns.first(where: { $0 == mapping.text || $0 == mapping.pair }) {
      try refuse("names '\(text)' both as a text and as a label column")
    }
  }
}

/// The first text that stands in a list a second time.
func firstRepeated(_ texts: [String]) -> String? {
  var seen = Set<ExactText>()
  return texts.first { !seen.insert(ExactText($0)).inserted }
}
