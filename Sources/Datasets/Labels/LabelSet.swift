/// The labels of a task in the order of the model's outputs.
///
/// Labels that are all numbers are sorted as numbers, others by their bytes (the order of code
/// points), so that the same data give the same order on every machine. Two labels are the same
/// only when they are the same bytes.
public struct LabelSet: Sendable, Equatable {
  /// The labels by index.
  public let names: [String]
  private let indices: [ExactText: Int]

  /// Takes labels in the order given.
  ///
  /// - Throws: ``DatasetsError`` when there is none, or one is empty or stands twice.
  public init(names: [String]) throws {
    if names.isEmpty { throw DatasetsError(.noRows, "There are no labels.") }
    if names.contains(where: \.isEmpty) {
      throw DatasetsError(.invalidLabel, "A label is empty. Each label needs a name.")
    }
    if let twice = firstRepeated(names) {
      throw DatasetsError(.invalidLabel, "The label '\(twice)' is listed twice. List it once.")
    }
    self.names = names
    indices = Dictionary(
      names.enumerated().map { (ExactText($0.element), $0.offset) }, uniquingKeysWith: { $1 })
  }

  /// Collects the labels of the training data, sorted.
  ///
  /// - Throws: ``DatasetsError`` when no row has a label, or when each row has one label and it is
  ///   the same everywhere.
  public init(from table: TextTable) throws {
    if let declared = table.declaredLabels {
      try self.init(names: declared)
      return
    }
    var found = Set<ExactText>()
    var isSingle = false
    for row in table.rows {
      switch row.target {
      case .label(let label):
        isSingle = true
        found.insert(ExactText(label))
      case .labels(let labels), .tags(let labels): labels.forEach { found.insert(ExactText($0)) }
      case .value, .answers, .choice, .grades, .none: continue
      }
    }
    guard let only = found.first else {
      throw DatasetsError(
        .missingValue, "No row of the training data has a label, and the task needs labels.")
    }
    if isSingle, found.count == 1 {
      throw DatasetsError(
        .singleClass,
        "All \(table.rows.count) rows of the training data have the label '\(only.text)'. "
          + "A classifier needs at least two classes; check the label column.")
    }
    try self.init(names: Self.sorted(found))
  }

  /// The index of a label, or nil when there is no such label.
  public func index(of label: String) -> Int? { indices[ExactText(label)] }

  /// Refuses rows with a label that this set does not hold, naming the first row of each.
  ///
  /// - Parameters:
  ///   - rows: The rows to check.
  ///   - split: The name of the data for the message, such as `test`.
  /// - Throws: ``DatasetsError`` with the code `unknownLabel`.
  public func check(_ rows: [TextRow], split: String) throws {
    var unknown: [(label: String, location: RowLocation)] = []
    var seen = Set<ExactText>()
    for row in rows {
      for label in row.target.labels where index(of: label) == nil {
        if seen.insert(ExactText(label)).inserted { unknown.append((label, row.location)) }
      }
    }
    guard let first = unknown.first else { return }
    var message = "\(first.location): the \(split) data have the label '\(first.label)', "
    message += "which the training data never have"
    if let near = NearestName.of(first.label, among: names) {
      message += " (did you mean '\(near)'?)"
    }
    message += ". The known labels are \(quotedList(names))."
    if unknown.count > 1 {
      let others = unknown.dropFirst().map { "'\($0.label)' (\($0.location))" }
      message += " Also unknown: \(others.prefix(5).joined(separator: ", "))"
      message += others.count > 5 ? " and \(others.count - 5) more." : "."
    }
    throw DatasetsError(.unknownLabel, message, at: first.location)
  }

  private static func sorted(_ labels: Set<ExactText>) -> [String] {
    let byBytes = labels.sorted()
    let numbers = byBytes.compactMap { Decimals.number($0.text) }
    guard numbers.count == byBytes.count else { return byBytes.map(\.text) }
    // Equal numbers in different spellings (1, 1.0) keep the order of their bytes.
    return zip(numbers, byBytes.indices).sorted { ($0.0, $0.1) < ($1.0, $1.1) }
      .map { byBytes[$0.1].text }
  }
}

extension LabelSet: Codable {
  /// Decodes a list of names.
  public init(from decoder: any Decoder) throws {
    try self.init(names: try decoder.singleValueContainer().decode([String].self))
  }

  /// Encodes the list of names.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(names)
  }
}
