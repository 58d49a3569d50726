internal import Datasets
public import Foundation
public import Tasks
internal import Tracking

/// Writes answers as JSON Lines: to a file that appears whole at the end.
public final class PredictionWriter {
  private let file: AtomicFile
  private let encoder = TextPrediction.lineEncoder()

  /// Begins a file; nothing is seen at `url` before ``commit()``.
  ///
  /// - Throws: `TrackingError` when the place cannot be written to.
  public init(_ url: URL) throws {
    file = try AtomicFile(at: url)
  }

  /// Adds a line.
  public func write(_ answer: TextPrediction) throws {
    try file.write(encoder.encode(answer) + Data("\n".utf8))
  }

  /// Puts the file in its place.
  public func commit() throws {
    try file.commit()
  }
}

extension TextPrediction {
  /// An encoder of one answer as one line, keys in order.
  public static func lineEncoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  /// Adds what is known of the row.
  mutating func describe(_ row: TextRow, withText: Bool) {
    if withText {
      text = row.text
      pair = row.pair
    }
    file = row.location.file
    line = row.location.line
    switch row.target {
    case .label(let label): expected = .label(label)
    case .labels(let labels): expected = .labels(labels)
    case .value(let value): expected = .value(value)
    case .tags, .answers, .choice, .none: break
    }
  }
}
