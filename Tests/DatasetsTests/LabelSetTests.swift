import Datasets
import Foundation
import Testing

@Suite struct LabelSetTests {
  private func labels(_ names: [String]) throws -> [String] {
    try LabelSet(from: TextTable(rows: names.map { row("t", $0) })).names
  }

  @Test func labelsAreSortedByTheirBytes() throws {
    #expect(try labels(["b", "a", "Z", "é", "中", "b"]) == ["Z", "a", "b", "é", "中"])
  }

  @Test func labelsThatAreNumbersAreSortedAsNumbers() throws {
    #expect(try labels(["10", "9", "-1", "2.5", "9.0"]) == ["-1", "2.5", "9", "9.0", "10"])
    #expect(try labels(["10", "9", "x"]) == ["10", "9", "x"])
  }

  @Test func labelsThatDifferInBytesAreDifferent() throws {
    #expect(try labels(["e\u{301}", "\u{E9}"]).count == 2)
  }

  @Test func aSingleClassIsAnError() {
    let error = problem { _ = try labels(["x", "x"]) }
    #expect(error?.code == .singleClass)
    #expect(error?.description.contains("All 2 rows") == true)
  }

  @Test func oneLabelOfAMultiLabelTaskIsEnough() throws {
    let rows = [RowTarget.labels(["x"]), .labels([])].map { target in
      TextRow(text: "t", target: target, location: RowLocation(file: "f", line: 1))
    }
    #expect(try LabelSet(from: TextTable(rows: rows)).names == ["x"])
  }

  @Test func rowsWithoutAnyLabelAreAnError() {
    #expect(problem { _ = try LabelSet(from: TextTable(rows: [row("t")])) }?.code == .missingValue)
  }

  @Test func aLabelThatTrainingNeverSawNamesFileLineAndLabel() throws {
    let set = try LabelSet(names: ["positive", "negative"])
    let rows = [
      row("a", "positive", line: 2, file: "test.csv"),
      row("b", "postive", line: 3, file: "test.csv"), row("c", "odd", line: 4, file: "test.csv"),
    ]
    let error = try #require(problem { try set.check(rows, split: "test") })
    #expect(error.code == .unknownLabel)
    #expect(error.location == RowLocation(file: "test.csv", line: 3))
    #expect(error.description.contains("test.csv, line 3"))
    #expect(error.description.contains("'postive'"))
    #expect(error.description.contains("did you mean 'positive'?"))
    #expect(error.description.contains("'odd' (test.csv, line 4)"))
  }

  @Test func indicesFollowTheNames() throws {
    let set = try LabelSet(names: ["b", "a"])
    #expect(set.index(of: "b") == 0)
    #expect(set.index(of: "a") == 1)
    #expect(set.index(of: "c") == nil)
    let data = try JSONEncoder().encode(set)
    #expect(String(decoding: data, as: UTF8.self) == #"["b","a"]"#)
    #expect(try JSONDecoder().decode(LabelSet.self, from: data) == set)
  }

  @Test func namesThatAreEmptyOrStandTwiceAreRefused() {
    #expect(problem { _ = try LabelSet(names: []) }?.code == .noRows)
    #expect(problem { _ = try LabelSet(names: ["a", ""]) }?.code == .invalidLabel)
    #expect(problem { _ = try LabelSet(names: ["a", "a"]) }?.code == .invalidLabel)
  }
}
