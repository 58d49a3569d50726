import Foundation
import TestSupport
import Testing
import Tracking

struct TensorBoardTests {
  struct Reading: Decodable {
    let scalars: [String: [[Double]]]
    let events: [Int]
    let versions: [String]
  }

  private func read(_ folder: TemporaryFolder) throws -> Reading {
    let data = try PythonOracle("tracking_events").run([folder.url.path])
    return try JSONDecoder().decode(Reading.self, from: data)
  }

  @Test func tensorBoardReadsEveryValue() throws {
    let folder = try TemporaryFolder()
    let log = try RunLog(folder: folder.url, startingAt: 1_700_000_000)
    for step in 1...50 {
      try log.write(
        MetricRecord(
          step: step, epoch: 0, kind: MetricRecord.train,
          values: ["loss": 1 / Double(step), "learning_rate": 1e-5 * Double(step)],
          time: 1_700_000_000 + Double(step)))
    }
    try log.write(
      MetricRecord(
        step: 50, epoch: 1, kind: MetricRecord.evaluation, values: ["f1_macro": 0.75],
        time: 1_700_000_060))
    try log.close()
    let reading = try read(folder)
    #expect(reading.versions == ["brain.Event:2"])
    #expect(reading.events == [52])
    #expect(
      Set(reading.scalars.keys) == ["train/loss", "train/learning_rate", "evaluation/f1_macro"])
    #expect(reading.scalars["evaluation/f1_macro"] == [[50, 0.75, 1_700_000_060]])
    let losses = try #require(reading.scalars["train/loss"])
    #expect(losses.count == 50)
    for (place, event) in losses.enumerated() {
      #expect(event[0] == Double(place + 1))
      #expect(event[1] == Double(Float(1 / Double(place + 1))))
      #expect(event[2] == 1_700_000_001 + Double(place))
    }
  }

  @Test func tensorBoardForgetsWhatAContinuedRunReplaces() throws {
    let folder = try TemporaryFolder()
    func write(_ steps: ClosedRange<Int>, resumingAt: Int?, value: Double) throws {
      // The same second: the second file must still sort after the first one.
      let log = try RunLog(
        folder: folder.url, resumingAt: resumingAt, startingAt: 1_700_000_000)
      for step in steps {
        try log.write(
          MetricRecord(
            step: step, epoch: 0, kind: "train", values: ["loss": value],
            time: 1_700_000_000 + Double(step)))
      }
      try log.close()
    }
    try write(1...10, resumingAt: nil, value: 1)
    try write(7...12, resumingAt: 6, value: 2)
    let losses = try #require(read(folder).scalars["train/loss"])
    #expect(losses.map { $0[0] } == Array(1...12).map(Double.init))
    #expect(losses.map { $0[1] } == [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2])
  }

  @Test func eventFilesDoNotNameTheMachine() throws {
    let folder = try TemporaryFolder()
    try RunLog(folder: folder.url, startingAt: 1_700_000_000).close()
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    let process = ProcessInfo.processInfo.processIdentifier
    #expect(names.contains("events.out.tfevents.1700000000.finetune.\(process)"))
  }
}
