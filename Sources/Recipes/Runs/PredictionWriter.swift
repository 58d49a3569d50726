public import Foundation
public import Tasks
internal import Tracking

/// Writes answers as JSON Lines: to a file that appears whole at the end.
public final class PredictionWriter {
  private let file: AtomicFile
  private let encoder = JSONEncoder.lines()

  /// Begins a file; nothing is seen at `url` before ``commit()``.
  ///
  /// - Throws: `TrackingError` when the place cannot be written to.
  public init(_ url: URL) throws {
    file = try AtomicFile(at: url)
  }

  /// Adds a line.
  public func write<Answer>(_ prediction: Prediction<Answer>) throws {
    try file.write(encoder.encode(prediction) + Data("\n".utf8))
  }

  /// Puts the file in its place.
  public func commit() throws {
    try file.commit()
  }
}

extension JSONEncoder {
  /// An encoder of one value as one line, keys in order.
  public static func lines() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
