import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct TargetTests {
  @Test func aPairIsReadFromItsColumn() throws {
    let table = try read("a,b,label\nfirst,second,x\n", mapping: .init(text: "a", pair: "b"))
    #expect(table.rows[0].text == "first")
    #expect(table.rows[0].pair == "second")
  }

  @Test func aNumberIsReadForRegression() throws {
    let table = try read("text,label\na,-1.5\nb, 2e3 \n", target: .regression)
    #expect(table.rows.map(\.target) == [.value(-1.5), .value(2000)])
  }

  @Test(arguments: ["nan", "inf", "0x10", "1;5", "", "four"])
  func whatIsNotANumberIsRefusedForRegression(_ value: String) throws {
    let error = try #require(
      problem { _ = try read("text,label\na,1\nb,\(value)\n", target: .regression) })
    #expect(error.code == .invalidNumber)
    #expect(error.location?.line == 3)
  }

  @Test func severalLabelsAreSplitAtTheSeparator() throws {
    let table = try read(
      "text,label\na,x|y\nb,\nc, y \n", mapping: .init(labelSeparator: "|"), target: .multiLabel)
    #expect(table.rows.map(\.target) == [.labels(["x", "y"]), .labels([]), .labels(["y"])])
  }

  @Test func severalLabelsAreReadFromJSONLists() throws {
    let csv = try read("text,label\na,\"[\"\"x\"\", \"\"y\"\"]\"\nb,[]\n", target: .multiLabel)
    #expect(csv.rows.map(\.target) == [.labels(["x", "y"]), .labels([])])
    let lines = try read(
      "{\"text\": \"a\", \"label\": [\"x\", 1]}\n", as: "a.jsonl", target: .multiLabel)
    #expect(lines.rows.map(\.target) == [.labels(["x", "1"])])
  }

  @Test func severalLabelsAreReadFromColumnsOfZeroAndOne() throws {
    let mapping = ColumnMapping(label: nil, labelColumns: ["toxic", "rude", "threat"])
    let table = try read(
      "text,toxic,rude,threat\na,1,0,0\nb,1,1,0\nc,0,0,0\n", mapping: mapping, target: .multiLabel)
    #expect(
      table.rows.map(\.target) == [.labels(["toxic"]), .labels(["toxic", "rude"]), .labels([])])
    // A column that is never 1 is a label all the same, in the order given.
    #expect(try LabelSet(from: table).names == ["toxic", "rude", "threat"])
    let error = try #require(
      problem {
        _ = try read(
          "text,toxic,rude,threat\na,2,0,0\n", mapping: mapping, target: .multiLabel)
      })
    #expect(error.code == .invalidLabel)
    #expect(error.description.contains("'toxic' holds '2'"))
  }

  @Test(arguments: ["x||y", "x|x", "|"])
  func labelsThatAreEmptyOrStandTwiceAreRefused(_ cell: String) {
    let error = problem {
      _ = try read(
        "text,label\na,\(cell)\n", mapping: .init(labelSeparator: "|"), target: .multiLabel)
    }
    #expect(error?.code == .invalidLabel)
  }

  @Test func aCellThatIsNoJSONListSaysHowToSetTheSeparator() throws {
    let error = try #require(
      problem { _ = try read("text,label\na,x|y\n", target: .multiLabel) })
    #expect(error.description.contains("set the label separator"))
  }

  @Test func withoutATargetNoLabelColumnIsNeeded() throws {
    #expect(try read("text\na\n", target: .none).rows[0].target == .none)
  }

  @Test func aRowWithoutALabelIsAnError() throws {
    let error = try #require(problem { _ = try read("text,label\na,x\nb,\n") })
    #expect(error.code == .missingValue)
    #expect(error.location?.line == 3)
  }

  @Test func columnsToKeepAreCarriedAlong() throws {
    let table = try read("id,text,label\n7,a,x\n", mapping: .init(keep: ["id"]))
    #expect(table.rows[0].extra == ["id": "7"])
  }

  @Test(arguments: [
    (ColumnMapping(text: "label"), TargetKind.singleLabel),
    (ColumnMapping(label: nil), .singleLabel), (ColumnMapping(label: nil), .multiLabel),
    (ColumnMapping(labelSeparator: "|"), .singleLabel),
    (ColumnMapping(label: nil, labelColumns: ["x"]), .regression),
    (ColumnMapping(labelColumns: ["x"]), .multiLabel),
    (ColumnMapping(label: nil, labelColumns: []), .multiLabel),
    (ColumnMapping(label: nil, labelColumns: ["x", "x"]), .multiLabel),
    (ColumnMapping(pair: "text"), .singleLabel), (ColumnMapping(labelSeparator: ""), .multiLabel),
  ])
  func aMappingThatContradictsItselfIsRefused(_ mapping: ColumnMapping, _ target: TargetKind) {
    let error = problem { _ = try read("text,label,x\na,b,1\n", mapping: mapping, target: target) }
    #expect(error?.code == .invalidMapping)
  }

  @Test func aMappingSurvivesEncoding() throws {
    for mapping in [
      ColumnMapping(), ColumnMapping(label: nil),
      ColumnMapping(text: "a", pair: "b", label: nil, labelColumns: ["x"], keep: ["id"]),
    ] {
      let data = try JSONEncoder().encode(mapping)
      #expect(try JSONDecoder().decode(ColumnMapping.self, from: data) == mapping)
    }
    let sparse = try JSONDecoder().decode(ColumnMapping.self, from: Data("{}".utf8))
    #expect(sparse == ColumnMapping())
  }
}
