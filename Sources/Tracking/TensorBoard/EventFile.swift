import Foundation
import SwiftProtobuf

/// A TensorBoard event file: TFRecord frames of `Event` messages.
///
/// Tags are `train/loss`, `evaluation/f1_macro` …: the record's kind, then the value's name.
final class EventFile {
  private let file: SystemFile

  /// Begins a new file; TensorBoard reads the files of a folder in the order of their names.
  init(folder: URL, time: Double) throws(TrackingError) {
    let seconds = Self.laterThanAllOthers(in: folder, Int(time))
    // No host name: run folders are shared.
    let process = ProcessInfo.processInfo.processIdentifier
    let name = "events.out.tfevents.\(seconds).finetune.\(process)"
    file = try SystemFile(path: folder.appending(path: name).path, mode: .new)
    var event = TensorBoardEvent()
    event.wallTime = time
    event.fileVersion = "brain.Event:2"
    try write(event)
  }

  /// Writes the numbers of a record.
  func write(_ record: MetricRecord) throws(TrackingError) {
    var event = TensorBoardEvent()
    event.wallTime = record.time
    event.step = Int64(record.step)
    event.summary.value = record.values.sorted { $0.key < $1.key }.map { name, number in
      var value = TensorBoardSummary.Value()
      value.tag = "\(record.kind)/\(name)"
      value.simpleValue = Float(number)
      return value
    }
    try write(event)
  }

  /// Tells TensorBoard to drop what earlier files hold of later steps.
  func forgetEverything(after step: Int, time: Double) throws(TrackingError) {
    var event = TensorBoardEvent()
    event.wallTime = time
    event.step = Int64(step) + 1
    event.sessionLog.status = .start
    try write(event)
  }

  func synchronize() throws(TrackingError) { try file.synchronize() }

  func finish() throws(TrackingError) { try file.finish() }

  /// Length, its checksum, the message, its checksum; numbers are little-endian.
  private func write(_ event: TensorBoardEvent) throws(TrackingError) {
    let message: Data
    do {
      message = try event.serializedData()
    } catch {
      throw TrackingError(
        .invalidRecord, "the TensorBoard event of step \(event.step) cannot be written: \(error)")
    }
    let length = Self.bytes(UInt64(message.count))
    try file.write(
      length + Self.bytes(MaskedCRC.of(length)) + message + Self.bytes(MaskedCRC.of(message)))
  }

  private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> Data {
    Data((0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
  }

  /// The time of a file that sorts after all that are there, even when the clock went back.
  private static func laterThanAllOthers(in folder: URL, _ now: Int) -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let times = names.compactMap { name -> Int? in
      guard name.hasPrefix("events.out.tfevents.") else { return nil }
      return Int(name.split(separator: ".")[3])
    }
    return max(now, (times.max() ?? 0) + 1)
  }
}
