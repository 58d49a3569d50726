public import Foundation

/// Reads the outcomes of a `predictions.jsonl` file, row by row.
///
/// ```swift
/// let predictions = try PredictionOutcomes(at: run.appending(path: "predictions.jsonl"))
/// while let row = try predictions.next() { sums.add(row.outcome) }
/// ```
///
/// Memory: one megabyte and the longest line.
public final class PredictionOutcomes {
  /// The file.
  public let url: URL
  /// The line read last, counted from 1.
  public private(set) var lineNumber = 0
  private let handle: FileHandle
  private let decoder = JSONDecoder()
  private var buffer = Data()
  private var isAtEnd = false
  private static let chunk = 1 << 20

  /// A row of the file.
  public struct Row: Sendable, Equatable {
    /// What the row adds to the scores.
    public var outcome: RowOutcome
    /// Its text, and the second one of a pair, where the file has them.
    public var text: String?
    /// The second text of a pair.
    public var pair: String?
    /// The data file that it comes from.
    public var file: String?
    /// The line of the data file.
    public var line: Int?
  }

  private struct Line: Decodable {
    var outcome: RowOutcome?
    var text: String?
    var pair: String?
    var file: String?
    var line: Int?
  }

  /// Opens a file.
  ///
  /// - Throws: ``EvaluationError`` when it cannot be read.
  public init(at url: URL) throws(EvaluationError) {
    self.url = url
    do {
      handle = try FileHandle(forReadingFrom: url)
    } catch {
      throw EvaluationError(
        .unreadablePredictions,
        "\(url.path) cannot be read; `finetune evaluate` writes predictions.jsonl into a run's folder"
      )
    }
  }

  deinit { try? handle.close() }

  /// The next row; nil at the end.
  ///
  /// Empty lines are passed over.
  ///
  /// - Throws: ``EvaluationError`` that names the line when it is no prediction, or has no outcome.
  public func next() throws(EvaluationError) -> Row? {
    while let line = try nextLine() {
      lineNumber += 1
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
      return try row(line)
    }
    return nil
  }

  private func row(_ line: Data) throws(EvaluationError) -> Row {
    let read: Line
    do {
      read = try decoder.decode(Line.self, from: line)
    } catch {
      throw EvaluationError(
        .unreadablePredictions,
        "\(url.path):\(lineNumber): this line is no prediction; a JSON object is expected, as"
          + " `finetune evaluate` writes it")
    }
    guard let outcome = read.outcome else {
      throw EvaluationError(
        .unreadablePredictions,
        "\(url.path):\(lineNumber): this prediction has no 'outcome'; it is there when"
          + " `finetune evaluate` has run over rows with known answers")
    }
    return Row(
      outcome: outcome, text: read.text, pair: read.pair, file: read.file, line: read.line)
  }

  private func nextLine() throws(EvaluationError) -> Data? {
    var searched = buffer.startIndex
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) {
        let line = buffer[buffer.startIndex..<end]
        buffer = buffer[(end + 1)...]
        return line
      }
      guard !isAtEnd else {
        defer { buffer = Data() }
        return buffer.isEmpty ? nil : buffer
      }
      // A copy, so that what was read before is given back.
      let length = buffer.count
      var longer = Data(buffer)
      let more = try chunk()
      isAtEnd = more.isEmpty
      longer.append(more)
      buffer = longer
      searched = buffer.startIndex + length
    }
  }

  private func chunk() throws(EvaluationError) -> Data {
    do {
      return try handle.read(upToCount: Self.chunk) ?? Data()
    } catch {
      throw EvaluationError(.unreadablePredictions, "\(url.path) cannot be read: \(error)")
    }
  }
}
