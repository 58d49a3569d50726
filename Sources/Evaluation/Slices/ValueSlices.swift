/// Divides rows by a value: their label, or what a column of the data says.
///
/// Memory is bounded: values that come up after 1,000 others, and values beyond the most frequent
/// ones, count as "other".
public struct ValueSlices: Sendable {
  /// The most values whose sums are kept.
  static let mostKept = 1000
  /// The most characters of a value that tell it from another.
  static let longestValue = 120

  /// What the rows are divided by: a column's name, or "label".
  public let name: String
  /// How many values are told; the others are taken together.
  public let most: Int
  private let isByAnswer: Bool
  private var values: [String: SliceSums] = [:]
  private var other = SliceSums()
  private var overflowed = false

  /// Makes a division by a column's value.
  ///
  /// - Parameters:
  ///   - name: The column's name.
  ///   - most: How many values are told; the others are taken together.
  public init(column name: String, most: Int = 20) {
    self.name = name
    self.most = max(1, most)
    isByAnswer = false
  }

  private init(label name: String, most: Int) {
    self.name = name
    self.most = max(1, most)
    isByAnswer = true
  }

  /// A division by the expected answer.
  public static func byLabel(most: Int = 20) -> ValueSlices {
    ValueSlices(label: "label", most: most)
  }

  /// Adds a row with its value; an empty value is told as "(empty)".
  public mutating func add(_ outcome: RowOutcome, value: String) {
    let key = String(value.prefix(Self.longestValue))
    if values[key] == nil, values.count >= Self.mostKept {
      overflowed = true
      other.add(outcome)
    } else {
      values[key, default: SliceSums()].add(outcome)
    }
  }

  /// Adds a row to the slice of its expected answer; a row without one is left out.
  public mutating func add(_ outcome: RowOutcome) {
    guard let expected = outcome.expected else { return }
    add(outcome, value: expected)
  }

  /// The scores by value, the most frequent values first.
  public var table: SliceTable {
    let ordered = values.sorted {
      $0.value.rows != $1.value.rows ? $0.value.rows > $1.value.rows : $0.key < $1.key
    }
    var whole = other
    for (_, sums) in ordered { whole.add(sums) }
    var rest = other
    for (_, sums) in ordered.dropFirst(most) { rest.add(sums) }
    var parts = ordered.prefix(most).map { value, sums in
      (name: value.isEmpty ? "(empty)" : value, sums: sums)
    }
    if rest.rows > 0 { parts.append((name: "other", sums: rest)) }
    var notes: [String] = []
    if overflowed {
      notes.append(
        "'\(name)' has more than \(Self.mostKept) values: rows whose value came up after them"
          + " count as 'other'")
    }
    return SliceTable(
      name: name, whole: whole, parts: parts, isByAnswer: isByAnswer, notes: notes)
  }
}
