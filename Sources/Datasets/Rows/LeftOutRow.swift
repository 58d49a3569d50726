/// A row that was read or met and is not used, and why.
public struct LeftOutRow: Codable, Sendable, Equatable {
  /// The split that it would have belonged to, where that is known.
  public var split: String?
  /// The reason, for programs.
  public var reason: DatasetsError.Code
  /// The reason as a sentence.
  public var detail: String
  /// The file that held it.
  public var file: String
  /// The line that it started on.
  public var line: Int
  /// The raw text of a row that could not be read; bytes that are not UTF-8 stand as U+FFFD.
  public var content: String?
  /// The text of a row that was read.
  public var text: String?
  /// The second text of a row that was read.
  public var pair: String?
  /// The labels of a row that was read; a number is written as one.
  public var labels: [String]?

  /// A row that could not be read.
  init(_ problem: RowProblem, content: String, at location: RowLocation) {
    reason = problem.code
    detail = "\(problem.place): \(problem.message)"
    file = location.file
    line = location.line
    self.content = content
  }

  /// A row that was read and left out afterwards.
  public init(_ row: TextRow, split: String, reason: DatasetsError.Code, detail: String) {
    self.split = split
    self.reason = reason
    self.detail = detail
    file = row.location.file
    line = row.location.line
    text = row.text
    pair = row.pair
    labels = row.target.labelTexts
  }
}

extension RowTarget {
  /// The labels that the target names, a tag as often as it is there.
  var labels: [String] {
    switch self {
    case .label(let label): [label]
    case .labels(let labels), .tags(let labels): labels
    case .value, .answers, .choice, .grades, .none: []
    }
  }

  /// The target as texts: a label, several, one tag a word, numbers as they print; nil without a
  /// target.
  var labelTexts: [String]? {
    switch self {
    case .label(let label): [label]
    case .labels(let labels): labels
    case .value(let value): ["\(value)"]
    case .tags(let tags): tags
    case .answers(let answers): answers.map { "\($0.lowerBound)..<\($0.upperBound)" }
    case .choice(let place): ["\(place)"]
    case .grades(let grades): grades.map { "\($0)" }
    case .none: nil
    }
  }
}
