public import Foundation

/// Writes what a run measures into its folder: `metrics.jsonl` for people and programs, and a
/// TensorBoard event file.
///
/// Each record is on its way to the disk when ``write(_:)`` returns: a process that is killed loses
/// nothing. One thread at a time may use a log.
///
/// ```swift
/// let log = try RunLog(folder: run)
/// try log.write(MetricRecord(step: 10, epoch: 0.1, kind: "train", values: ["loss": 0.4]))
/// ```
///
/// A run that continues gives the step of its checkpoint: what was recorded after it moves to
/// `metrics-replaced-N.jsonl`, and TensorBoard is told to forget it; ``notes`` says so.
public final class RunLog {
  /// The run's folder.
  public let folder: URL
  /// What a user has to know, as sentences: records that moved when the run continued.
  public private(set) var notes: [String] = []
  private let metrics: SystemFile
  private let events: EventFile

  /// Opens the log of a new or a continued run; the folder is made when it is missing.
  ///
  /// - Parameters:
  ///   - folder: The run's folder.
  ///   - step: The step whose checkpoint the run continues from; nil for a new run.
  ///   - resumptionTime: When the event file begins, in seconds since 1970.
  /// - Throws: ``TrackingError`` when a new run's folder holds the metrics of another one, or the
  ///   folder cannot be written to.
  public init(
    folder: URL, resumingAt step: Int? = nil,
    startingAt resumptionTime: Double = Date().timeIntervalSince1970
  ) throws(TrackingError) {
    self.folder = folder
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw TrackingError(
        .notPermitted, "cannot make the folder \(folder.path): \(error.localizedDescription)")
    }
    let file = MetricsFile(folder: folder)
    if let step {
      if let note = try file.cut(after: step) { notes.append(note) }
    } else if try !file.lines().isEmpty {
      throw TrackingError(
        .holdsAnotherRun,
        "\(folder.path) holds the \(MetricsFile.name) of another run; continue that run or choose"
          + " another output folder")
    }
    metrics = try SystemFile(path: file.url.path, mode: .append)
    events = try EventFile(folder: folder, time: resumptionTime)
    if let step { try events.forgetEverything(after: step, time: resumptionTime) }
  }

  /// Writes a record to both files.
  ///
  /// - Throws: ``TrackingError`` when the disk is full or fails; `metrics.jsonl` then still ends
  ///   with a whole line.
  public func write(_ record: MetricRecord) throws(TrackingError) {
    try metrics.write(record.line())
    try events.write(record)
  }

  /// Waits until the disk has everything; to be called with each checkpoint.
  ///
  /// - Throws: ``TrackingError`` when the disk fails.
  public func synchronize() throws(TrackingError) {
    try metrics.synchronize()
    try events.synchronize()
  }

  /// Flushes and closes both files.
  ///
  /// - Throws: ``TrackingError`` when the disk fails.
  public func close() throws(TrackingError) {
    try synchronize()
    try metrics.finish()
    try events.finish()
  }

  /// Reads the records of a run's folder.
  ///
  /// - Returns: The records in the order of their writing; empty without `metrics.jsonl`.
  /// - Throws: ``TrackingError`` that names the first line that is not a record.
  public static func records(in folder: URL) throws(TrackingError) -> [MetricRecord] {
    let file = MetricsFile(folder: folder)
    var records: [MetricRecord] = []
    for (number, line) in try file.lines().enumerated() {
      guard let record = line.record else {
        throw TrackingError(
          .invalidRecord, "line \(number + 1) of \(file.url.path) is not a record of metrics")
      }
      records.append(record)
    }
    return records
  }
}
