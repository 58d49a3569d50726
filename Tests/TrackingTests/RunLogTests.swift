import Foundation
import TestSupport
import Testing
import Tracking

struct RunLogTests {
  private func record(_ step: Int, kind: String = MetricRecord.train) -> MetricRecord {
    MetricRecord(
      step: step, epoch: Double(step) / 100, kind: kind,
      values: ["loss": 1 / Double(step), "learning_rate": 5e-5], time: 1_000_000.5 + Double(step))
  }

  private func fill(_ folder: URL, steps: ClosedRange<Int>, resumingAt: Int? = nil) throws -> RunLog
  {
    let log = try RunLog(folder: folder, resumingAt: resumingAt, startingAt: 1_000_000)
    for step in steps { try log.write(record(step)) }
    return log
  }

  @Test func recordsAreReadBack() throws {
    let folder = try TemporaryFolder()
    let run = folder.url.appending(path: "runs/one")
    let log = try fill(run, steps: 1...3)
    // Before anything is closed: each line is written at once.
    #expect(try RunLog.records(in: run) == [record(1), record(2), record(3)])
    try log.close()
    let text = try String(contentsOf: run.appending(path: "metrics.jsonl"), encoding: .utf8)
    let first = text.split(separator: "\n").first.map(String.init)
    #expect(
      first
        == #"{"epoch":0.01,"kind":"train","step":1,"time":1000001.5,"values":"#
        + #"{"learning_rate":5e-05,"loss":1}}"#)
  }

  @Test func numbersThatAreNotFiniteAreKept() throws {
    let folder = try TemporaryFolder()
    let log = try RunLog(folder: folder.url)
    let values = ["loss": Double.infinity, "norm": -.infinity, "other": .nan]
    try log.write(MetricRecord(step: 1, epoch: 0, kind: "train", values: values))
    let read = try #require(RunLog.records(in: folder.url).first).values
    #expect(read["loss"] == .infinity)
    #expect(read["norm"] == -.infinity)
    #expect(read["other"]?.isNaN == true)
  }

  @Test func aFolderOfAnotherRunIsRefused() throws {
    let folder = try TemporaryFolder()
    try fill(folder.url, steps: 1...2).close()
    let error = #expect(throws: TrackingError.self) { try RunLog(folder: folder.url) }
    #expect(error?.code == .holdsAnotherRun)
    #expect(try RunLog.records(in: folder.url).count == 2)
  }

  @Test func aContinuedRunMovesLaterRecordsAsideAndSaysSo() throws {
    let folder = try TemporaryFolder()
    try fill(folder.url, steps: 1...6).close()
    let log = try fill(folder.url, steps: 5...7, resumingAt: 4)
    #expect(
      log.notes == [
        "the run continues after step 4: 2 records of steps 5 to 6 that came after step 4 moved from"
          + " metrics.jsonl to metrics-replaced-1.jsonl"
      ])
    #expect(try RunLog.records(in: folder.url).map(\.step) == [1, 2, 3, 4, 5, 6, 7])
    let aside = folder.url.appending(path: "metrics-replaced-1.jsonl")
    let lines = try String(contentsOf: aside, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.contains(#""step":5"#) == true)
  }

  @Test func aRunContinuedWhereItStoppedMovesNothing() throws {
    let folder = try TemporaryFolder()
    try fill(folder.url, steps: 1...4).close()
    let log = try fill(folder.url, steps: 5...5, resumingAt: 4)
    #expect(log.notes == [])
    #expect(try RunLog.records(in: folder.url).map(\.step) == [1, 2, 3, 4, 5])
  }

  @Test func aHalfLineOfAKilledRunIsMovedNotLost() throws {
    let folder = try TemporaryFolder()
    try fill(folder.url, steps: 1...2).close()
    let file = folder.url.appending(path: "metrics.jsonl")
    let whole = try String(contentsOf: file, encoding: .utf8)
    try Data((whole + #"{"epoch":0.0"#).utf8).write(to: file)
    #expect(throws: TrackingError.self) { try RunLog.records(in: folder.url) }
    let log = try fill(folder.url, steps: 3...3, resumingAt: 2)
    #expect(log.notes.first?.contains("1 unreadable line moved") == true)
    #expect(try RunLog.records(in: folder.url).map(\.step) == [1, 2, 3])
    let aside = folder.url.appending(path: "metrics-replaced-1.jsonl")
    #expect(try String(contentsOf: aside, encoding: .utf8) == "{\"epoch\":0.0\n")
  }

  @Test func aMissingLineFeedDoesNotJoinTwoRecords() throws {
    let folder = try TemporaryFolder()
    try fill(folder.url, steps: 1...2).close()
    let file = folder.url.appending(path: "metrics.jsonl")
    try Data(contentsOf: file).dropLast().write(to: file)
    try fill(folder.url, steps: 3...3, resumingAt: 2).close()
    #expect(try RunLog.records(in: folder.url).map(\.step) == [1, 2, 3])
  }

  @Test func aClosedLogRefusesRecords() throws {
    let folder = try TemporaryFolder()
    let log = try fill(folder.url, steps: 1...1)
    try log.close()
    let error = #expect(throws: TrackingError.self) { try log.write(record(2)) }
    #expect(error?.code == .closed)
  }

  @Test func aFileInPlaceOfTheFolderIsSaid() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("taken", containing: "text")
    #expect(throws: TrackingError.self) { try RunLog(folder: file) }
    #expect(try String(contentsOf: file, encoding: .utf8) == "text")
  }
}
