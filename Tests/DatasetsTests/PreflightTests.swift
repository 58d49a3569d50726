import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct PreflightTests {
  /// As many tokens as words and two special ones; words with a question mark are unknown.
  private func count(_ split: String, _ rows: [TextRow], _ labels: LabelSet?) -> [TokenCount] {
    rows.map { row in
      let words = (row.text + " " + (row.pair ?? "")).split(separator: " ")
      return TokenCount(length: words.count + 2, unknown: words.count { $0.hasSuffix("?") })
    }
  }

  private func table(_ rows: [(String, String)], _ file: String) -> TextTable {
    TextTable(
      rows: rows.enumerated().map { row($1.0, $1.1, line: $0 + 2, file: file) })
  }

  private var splits: DataSplits {
    DataSplits(
      train: table(
        [
          ("one", "a"), ("two words", "b"), ("one", "a"), (" \n", "a"), ("two words", "a"),
          ("three more words", "b"), ("shared", "b"),
        ], "train.csv"),
      validation: table([("other", "a"), ("shared", "b")], "validation.csv"),
      test: table([("shared", "b"), ("what? is? this", "a"), ("other", "b")], "test.csv"))
  }

  private func examine(
    _ policy: DataPolicy = .init(), maximumLength: Int? = 512, _ splits: DataSplits? = nil
  ) throws -> Preflight {
    try Preflight(
      of: splits ?? self.splits, hasLabels: true, policy: policy,
      maximumLength: maximumLength, countTokens: count)
  }

  @Test func rowsAndLabelsAreCounted() throws {
    let report = try examine().report
    #expect(report.splits.map(\.name) == ["train", "validation", "test"])
    #expect(report.splits.map(\.rows) == [6, 2, 3])
    #expect(report.splits[0].labels.map { "\($0.label) \($0.rows)" } == ["a 3", "b 3"])
    #expect(report.splits[2].labels.map(\.rows) == [1, 2])
  }

  @Test func emptyTextsAreLeftOutAndRecorded() throws {
    let preflight = try examine()
    #expect(preflight.report.splits[0].emptyTexts == 1)
    #expect(preflight.leftOut.map(\.line) == [5])
    #expect(preflight.leftOut.map(\.reason) == [.emptyText])
    #expect(preflight.leftOut[0].text == " \n")
    #expect(preflight.splits.train.rows.count == 6)
    #expect(try examine(.init(emptyText: .report)).splits.train.rows.count == 7)
    let error = problem { try examine(.init(emptyText: .stop)).enforce() }
    #expect(error?.code == .policy)
  }

  @Test func anEmptySecondTextIsAnEmptyTextToo() throws {
    let rows = [row("a", "x", pair: "b"), row("c", "y", pair: ""), row("d", "y", pair: "e")]
    let preflight = try examine(.init(), DataSplits(train: TextTable(rows: rows)))
    #expect(preflight.leftOut.map(\.detail) == ["The second text is empty."])
  }

  @Test func duplicatesAndConflictsAreCountedAndUsed() throws {
    let preflight = try examine()
    #expect(preflight.report.duplicates.rows == 1)
    #expect(preflight.report.duplicates.examples[0].map(\.line) == [2, 4])
    #expect(preflight.report.conflicts.rows == 2)
    #expect(preflight.report.conflicts.examples[0].map(\.line) == [3, 6])
    #expect(preflight.splits.train.rows.count == 6)
    #expect(preflight.report.warnings.contains { $0.contains("different target") })
  }

  @Test func duplicatesAndConflictsCanBeLeftOut() throws {
    let preflight = try examine(.init(duplicates: .leaveOut, conflicts: .leaveOut))
    #expect(
      preflight.splits.train.rows.map(\.text) == ["one", "three more words", "shared"])
    #expect(preflight.leftOut.map(\.reason) == [.emptyText, .conflict, .duplicate, .conflict])
    #expect(preflight.leftOut.map(\.line) == [5, 3, 4, 6])
  }

  @Test func labelsInAnotherOrderAreTheSameTarget() throws {
    let rows = [["x", "y"], ["y", "x"], ["x"]].enumerated().map { line, labels in
      TextRow(
        text: "t", target: .labels(labels), location: RowLocation(file: "f", line: line + 2))
    }
    let report = try Preflight(
      of: DataSplits(train: TextTable(rows: rows)), hasLabels: true, countTokens: count
    ).report
    #expect(report.duplicates.rows == 1)
    #expect(report.conflicts.rows == 3)
  }

  @Test func sharedRowsAreReported() throws {
    let preflight = try examine()
    #expect(preflight.report.overlaps.map(\.split) == ["validation", "test", "test"])
    #expect(preflight.report.overlaps.map(\.with) == ["train", "train", "validation"])
    #expect(preflight.report.overlaps.map(\.rows) == [1, 1, 2])
    #expect(preflight.report.warnings.count { $0.contains("'shared'") } == 2)
  }

  @Test func sharedRowsCanBeLeftOutOfEitherSide() throws {
    let training = try examine(.init(shared: .leaveOutOfTraining))
    #expect(!training.splits.train.rows.contains { $0.text == "shared" })
    #expect(training.splits.test?.rows.count == 3)
    let evaluation = try examine(.init(shared: .leaveOutOfEvaluation))
    #expect(evaluation.splits.train.rows.contains { $0.text == "shared" })
    #expect(evaluation.splits.test?.rows.map(\.text) == ["what? is? this", "other"])
    #expect(evaluation.splits.validation?.rows.map(\.text) == ["other"])
    #expect(
      evaluation.leftOut.filter { $0.reason == .shared }.map(\.split) == ["validation", "test"])
    #expect(problem { try examine(.init(shared: .stop)).enforce() }?.code == .policy)
  }

  @Test func lengthsAndUnknownTokensAreCounted() throws {
    let report = try examine().report
    let lengths = report.splits[0].lengths
    #expect(lengths.tokens == 22)
    #expect(lengths.minimum == 3)
    #expect(lengths.median == 3)
    #expect(lengths.maximum == 5)
    #expect(report.splits[2].unknownTokens == 2)
    #expect(abs(report.splits[2].unknownShare - 2.0 / 11) < 1e-12)
    #expect(report.warnings.contains { $0.contains("unknown to the vocabulary") })
  }

  @Test func theHistogramDoublesItsSteps() {
    let summary = LengthSummary(
      [0, 8, 9, 16, 17, 100].map { TokenCount(length: $0) }, maximumLength: 16)
    #expect(summary.histogram.map(\.from) == [0, 9, 17, 33, 65])
    #expect(summary.histogram.map(\.through) == [8, 16, 32, 64, 128])
    #expect(summary.histogram.map(\.rows) == [2, 2, 1, 0, 1])
    #expect(summary.cutRows == 2)
    #expect(summary.cutTokens == 1 + 84)
    #expect(summary.cutTokenShare == 85.0 / 150)
  }

  @Test func cuttingMoreThanThePolicyAllowsStopsTheRun() throws {
    let preflight = try examine(maximumLength: 3)
    let error = try #require(problem { try preflight.enforce() })
    #expect(error.code == .policy)
    #expect(error.description.contains("cuts 3 of 6 train rows (50.0%"))
    try examine(.init(maximumCutShare: 0.5), maximumLength: 3).enforce()
    try examine(maximumLength: 5).enforce()
  }

  @Test func aPolicyOutOfRangeIsRefused() {
    for share in [-0.1, 1.1, .nan] {
      #expect(problem { _ = try examine(.init(maximumCutShare: share)) }?.code == .invalidSetting)
    }
  }

  @Test func aLabelThatTrainingNeverSawStopsTheRun() throws {
    var splits = splits
    splits.test = table([("new", "c")], "test.csv")
    let error = try #require(problem { _ = try examine(splits: splits) })
    #expect(error.code == .unknownLabel)
    #expect(error.location == RowLocation(file: "test.csv", line: 2))
  }

  private func examine(splits: DataSplits) throws -> Preflight { try examine(.init(), splits) }

  private func examine(_ policy: DataPolicy, _ splits: DataSplits) throws -> Preflight {
    try examine(policy, maximumLength: 512, splits)
  }

  @Test func aSplitWithoutUsableRowsIsAnError() throws {
    var splits = splits
    splits.test = table([("  ", "a")], "test.csv")
    let error = try #require(problem { _ = try examine(splits: splits) })
    #expect(error.code == .noRows)
    #expect(error.description.contains("test.csv, line 2"))
  }

  @Test func labelsThatLookAlikeAreNamed() throws {
    let rows = [("a", "Pos"), ("b", "pos "), ("c", "neg"), ("d", "1"), ("e", "1.0")]
    let warnings = try examine(splits: DataSplits(train: table(rows, "t"))).report.warnings
    #expect(warnings.count == 2)
    #expect(warnings.contains { $0.contains("'Pos', 'pos '") })
    #expect(warnings.contains { $0.contains("'1', '1.0'") })
  }

  @Test func numbersAreSummedUp() throws {
    let rows = [1.0, 2, 3, 6].enumerated().map { line, value in
      TextRow(
        text: "t\(line)", target: .value(value), location: RowLocation(file: "f", line: line))
    }
    let values = try Preflight(
      of: DataSplits(train: TextTable(rows: rows)), hasLabels: false, countTokens: count
    ).report.splits[0].values
    #expect(values?.mean == 3)
    #expect(values?.minimum == 1)
    #expect(values?.maximum == 6)
    #expect(values?.standardDeviation == 3.5.squareRoot())
  }

  @Test func reportAndLeftOutRowsAreWrittenAndReadBack() throws {
    let folder = try TemporaryFolder()
    let csv = try folder.file("train.csv", containing: "text,label\na,x\nb,y,z\n ,x\nc,y\n")
    let table = try TextTable.read(
      csv, target: .singleLabel, policy: .init(onBadRow: .leaveOut))
    let preflight = try examine(splits: DataSplits(train: table))
    try preflight.write(to: folder.url)
    let report = try JSONDecoder().decode(
      PreflightReport.self, from: Data(contentsOf: folder.url.appending(path: "preflight.json")))
    #expect(report == preflight.report)
    let lines = try String(
      contentsOf: folder.url.appending(path: "left-out.jsonl"), encoding: .utf8
    )
    .split(separator: "\n")
    let rows = try lines.map { try JSONDecoder().decode(LeftOutRow.self, from: Data($0.utf8)) }
    #expect(rows == preflight.leftOut)
    #expect(rows.map(\.reason) == [.fieldCount, .emptyText])
    #expect(rows[0].content == "b,y,z")
    #expect(rows[0].split == "train")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    #expect(names == ["left-out.jsonl", "preflight.json", "train.csv"])
  }

  @Test func aFolderThatCannotBeWrittenToIsAnError() throws {
    let preflight = try examine()
    let error = problem { try preflight.write(to: URL(filePath: "/nowhere/run")) }
    #expect(error?.code == .unwritable)
  }

  @Test func theTextNamesEverythingFound() throws {
    let text = try examine(maximumLength: 3).report.text
    for part in [
      "train", "label", "train tokens", "Cut at 3 tokens: 3 train rows (50.0%)",
      "Duplicates in train: 1 row; same text, different target: 2 rows",
      "Shared: 1 validation row also in train", "Empty texts: 1 train, 0 validation, 0 test",
      "Left out (see left-out.jsonl): 1 train (emptyText)", "Warning: ", "Stop: ",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(text.split(separator: "\n").filter { $0.hasPrefix("  ") }.allSatisfy { $0.count <= 80 })
  }
}
