/// The rows of highest loss: where labels are wrong in the data, they come up here.
///
/// Memory: at most twice as many rows as are asked for, each with an excerpt of its text.
public struct HardestRows: Sendable {
  /// How many rows are kept.
  public let most: Int
  /// How many characters of a text are kept.
  public let excerpt: Int
  private var kept: [(row: HardRow, order: Int)] = []
  private var seen = 0
  /// A loss that is not above this one cannot be among the highest.
  private var floor = -Double.infinity

  /// Makes an empty list.
  ///
  /// - Parameters:
  ///   - most: How many rows are kept.
  ///   - excerpt: How many characters of a text are kept.
  public init(most: Int = 20, excerpt: Int = 200) {
    self.most = max(1, most)
    self.excerpt = max(1, excerpt)
  }

  /// Adds a row; one without a loss is left out, an infinite loss is the highest.
  ///
  /// - Parameters:
  ///   - outcome: Its loss, expected and predicted answer.
  ///   - text: Its text, of which an excerpt is kept.
  ///   - file: The file it comes from.
  ///   - line: The line it starts on.
  public mutating func add(
    _ outcome: RowOutcome, text: String, file: String? = nil, line: Int? = nil
  ) {
    seen += 1
    guard let loss = outcome.loss, !loss.isNaN, loss > floor else { return }
    let row = HardRow(
      // JSON knows no infinity.
      loss: min(loss, Double.greatestFiniteMagnitude), text: text.excerpt(excerpt),
      expected: outcome.expected?.excerpt(excerpt), predicted: outcome.predicted?.excerpt(excerpt),
      confidence: outcome.confidence.flatMap { $0.isFinite ? $0 : nil }, file: file, line: line)
    kept.append((row, seen))
    guard kept.count >= 2 * most else { return }
    kept = ordered
    floor = kept.last?.row.loss ?? floor
  }

  /// The rows, the highest loss first; of equal ones the earlier first.
  public var rows: [HardRow] { ordered.map(\.row) }

  private var ordered: [(row: HardRow, order: Int)] {
    let sorted = kept.sorted {
      $0.row.loss != $1.row.loss ? $0.row.loss > $1.row.loss : $0.order < $1.order
    }
    return Array(sorted.prefix(most))
  }
}

/// A row of high loss.
public struct HardRow: Codable, Sendable, Equatable {
  /// Its loss.
  public var loss: Double
  /// The beginning of its text, on one line.
  public var text: String
  /// The answer in the data.
  public var expected: String?
  /// The model's answer.
  public var predicted: String?
  /// The probability of the model's answer.
  public var confidence: Double?
  /// The file that it comes from.
  public var file: String?
  /// The line that it starts on.
  public var line: Int?

  /// Makes a row from its parts.
  public init(
    loss: Double, text: String, expected: String? = nil, predicted: String? = nil,
    confidence: Double? = nil, file: String? = nil, line: Int? = nil
  ) {
    self.loss = loss
    self.text = text
    self.expected = expected
    self.predicted = predicted
    self.confidence = confidence
    self.file = file
    self.line = line
  }
}

extension String {
  /// The first characters on one line, with "…" where more follow.
  func excerpt(_ length: Int) -> String {
    let start = prefix(length + 1)
    let kept = String(start.prefix(length).map { $0.isNewline || $0 == "\t" ? " " : $0 })
    return start.count > length ? kept + "…" : kept
  }
}
