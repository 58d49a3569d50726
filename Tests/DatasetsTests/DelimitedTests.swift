import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct DelimitedTests {
  @Test func readsTextAndLabelByName() throws {
    let table = try read("id,text,label\n1,good film,pos\n2,bad film,neg\n")
    #expect(table.rows.map(\.text) == ["good film", "bad film"])
    #expect(table.rows.map(\.target) == [.label("pos"), .label("neg")])
    #expect(table.columns == ["id", "text", "label"])
    #expect(table.rows.map(\.location.line) == [2, 3])
  }

  @Test func quotedFieldsHoldDelimitersQuotesAndLineBreaks() throws {
    let table = try read("text,label\n\"a, \"\"b\"\"\r\nc\",x\nd,y\n")
    #expect(table.rows[0].text == "a, \"b\"\r\nc")
    #expect(table.rows[1].location.line == 4)
  }

  @Test func aQuoteInsideAnUnquotedFieldIsText() throws {
    #expect(try read("text,label\n6\" nails \"big\",x\n").rows[0].text == "6\" nails \"big\"")
  }

  @Test func aByteOrderMarkIsNotPartOfTheFirstName() throws {
    #expect(try read("\u{FEFF}text,label\na,x\n").columns == ["text", "label"])
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func everyKindOfLineBreakEndsARow(_ lineBreak: String) throws {
    let table = try read(["text,label", "a,x", "b,y"].joined(separator: lineBreak))
    #expect(table.rows.map(\.text) == ["a", "b"])
    #expect(table.rows.map(\.location.line) == [2, 3])
  }

  @Test func emptyLinesArePassedOverAndSaid() throws {
    let table = try read("text,label\n\na,x\n\n\nb,y\n")
    #expect(table.rows.map(\.location.line) == [3, 6])
    #expect(table.notes == ["3 empty lines were passed over."])
  }

  @Test func inAFileOfOneColumnAnEmptyLineIsAnEmptyText() throws {
    let mapping = ColumnMapping(label: nil)
    let table = try read("text\na\n\nb\n", mapping: mapping, target: .none)
    #expect(table.rows.map(\.text) == ["a", "", "b"])
  }

  @Test func aRowWithTooManyFieldsNamesFileLineAndCounts() throws {
    let error = try #require(problem { _ = try read("text,label\na,x\nb, c,y\n") })
    #expect(error.code == .fieldCount)
    #expect(error.location?.line == 3)
    #expect(error.description.contains("data.csv, line 3: the row has 3 fields"))
    #expect(error.description.contains("too many"))
  }

  @Test func aRowWithTooFewFieldsIsAnError() throws {
    let error = try #require(problem { _ = try read("text,label\n\"a\nb\",x\nc\n") })
    #expect(error.code == .fieldCount)
    #expect(error.location?.line == 4)
    #expect(error.description.contains("too few"))
  }

  @Test func badRowsCanBeLeftOutAndAreRecorded() throws {
    let table = try read(
      "text,label\na,x\nb,c,y\nd,z\n\"e\" f,x\ng,x\n", policy: DataPolicy(onBadRow: .leaveOut))
    #expect(table.rows.map(\.text) == ["a", "d", "g"])
    #expect(table.leftOut.map(\.line) == [3, 5])
    #expect(table.leftOut.map(\.reason) == [.fieldCount, .textAfterQuote])
    #expect(table.leftOut.map(\.content) == ["b,c,y", "\"e\" f,x"])
  }

  @Test func aRowLeftOutIsRecordedWithTheLineItStartsOn() throws {
    let table = try read(
      "text,label\na,x\n\"b\nc\" d,x\ne,y\n", policy: DataPolicy(onBadRow: .leaveOut))
    // Only the line on which the row starts is left out; the next is read as a row of its own.
    #expect(table.leftOut.map(\.line) == [3])
    #expect(table.leftOut[0].detail.hasPrefix("line 4, column 3"))
    #expect(table.rows.map(\.text) == ["a", "c\" d", "e"])
  }

  @Test func anUnclosedQuoteNamesTheLineWhereItOpened() throws {
    for policy in [DataPolicy(), DataPolicy(onBadRow: .leaveOut)] {
      let error = try #require(
        problem { _ = try read("text,label\na,x\nb,\"y\nc,z\nd,w\n", policy: policy) })
      #expect(error.code == .unclosedQuote)
      #expect(error.description.contains("line 3, column 3"))
    }
  }

  @Test func textAfterAClosingQuoteIsAnErrorThatNamesTheOpening() throws {
    let error = try #require(problem { _ = try read("text,label\n\"a,x\nb\"c,y\n") })
    #expect(error.code == .textAfterQuote)
    #expect(error.description.contains("line 3, column 3"))
    #expect(error.description.contains("opened on line 2"))
  }

  @Test func bytesThatAreNotUTF8NameLineColumnAndByte() throws {
    var data = Data("text,label\n".utf8)
    data += Data("gut,x\nsch\u{F6}n caf".utf8) + [0xE9] + Data(",y\n".utf8)
    let error = try #require(problem { _ = try read(data) })
    #expect(error.code == .notUTF8)
    #expect(error.description.contains("line 3, column 10 (byte 27 of the file)"))
    #expect(error.description.contains("0xE9"))
  }

  @Test(
    arguments: [
      [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
      [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80], [0xE4, 0xB8], [0xF0, 0x9F, 0x91],
    ] as [[UInt8]])
  func illFormedSequencesAreRefused(_ bytes: [UInt8]) throws {
    let data = Data("text,label\nlong enough a text ".utf8) + bytes + Data(",y\n".utf8)
    #expect(problem { _ = try read(data) }?.code == .notUTF8)
    #expect(String(validating: bytes, as: UTF8.self) == nil)
  }

  @Test func aFileInUTF16IsNamedAsSuch() throws {
    let data = try #require("text,label\na,x\n".data(using: .utf16LittleEndian))
    for content in [data, Data([0xFF, 0xFE]) + data] {
      let error = try #require(problem { _ = try read(content) })
      #expect(error.code == .notUTF8)
      #expect(error.description.contains("UTF-16"))
    }
  }

  @Test func aCompressedFileIsNamedAsSuch() throws {
    let error = try #require(problem { _ = try read(Data([0x1F, 0x8B, 8, 0, 0])) })
    #expect(error.code == .unknownFormat)
    #expect(error.description.contains("gzip"))
  }

  @Test(arguments: ["", "\u{FEFF}", "\n\n"])
  func anEmptyFileIsAnError(_ content: String) {
    #expect(problem { _ = try read(content) }?.code == .emptyFile)
  }

  @Test func aHeaderWithoutRowsIsAnError() {
    #expect(problem { _ = try read("text,label\n") }?.code == .noRows)
  }

  @Test func aMissingFileIsAnError() throws {
    let error = try #require(
      problem {
        _ = try TextTable.read(URL(filePath: "/nowhere/a.csv"), target: .none)
      })
    #expect(error.code == .noSuchFile)
    #expect(error.description.contains("/nowhere/a.csv"))
  }

  @Test func aMissingColumnListsTheColumnsAndTheNearest() throws {
    let error = try #require(
      problem { _ = try read("id,review_text,label\n1,a,x\n", mapping: .init(text: "reviewtext")) })
    #expect(error.code == .noSuchColumn)
    #expect(error.description.contains("did you mean 'review_text'?"))
    #expect(error.description.contains("'id', 'review_text', 'label'"))
  }

  @Test func aHeaderWithAnotherDelimiterIsSuspected() throws {
    let error = try #require(problem { _ = try read("text;label\na;x\n") })
    #expect(error.description.contains("Is the delimiter a semicolon?"))
    let table = try read("text;label\na,b;x\n", layout: .init(delimiter: ";"))
    #expect(table.rows[0].text == "a,b")
  }

  @Test func aColumnNameThatStandsTwiceIsAmbiguous() throws {
    let error = try #require(problem { _ = try read("text,text,label\na,b,x\n") })
    #expect(error.code == .ambiguousColumn)
    #expect(error.description.contains("positions 1, 2"))
  }

  @Test func filesWithoutAHeaderAreReadByColumnNumber() throws {
    let table = try read(
      "a,x,1\nb,y,2\n", mapping: .init(text: "1", label: "2"), layout: .init(hasHeader: false))
    #expect(table.rows.map(\.text) == ["a", "b"])
    #expect(table.rows.map(\.location.line) == [1, 2])
    let error = try #require(
      problem {
        _ = try read(
          "a,x\n", mapping: .init(text: "3", label: "2"), layout: .init(hasHeader: false))
      })
    #expect(error.description.contains("'1', '2'"))
  }

  @Test(arguments: ["", "ab", "\"", "\n", "é"])
  func aDelimiterMustBeOneASCIICharacter(_ delimiter: String) {
    #expect(
      problem { _ = try read("a", layout: .init(delimiter: delimiter)) }?.code == .invalidSetting)
  }

  @Test func readsAPipeAsWellAsAFile() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "pipe.csv")
    #expect(mkfifo(url.path, 0o600) == 0)
    let writer = Thread {
      try? FileHandle(forWritingTo: url).write(contentsOf: Data("text,label\na,x\n".utf8))
    }
    writer.start()
    #expect(try TextTable.read(url, target: .singleLabel).rows.map(\.text) == ["a"])
  }

  @Test func readsRandomTextsAsPythonDoes() throws {
    struct Case: Decodable {
      let text: String
      let rows: [[String]]?
    }
    let cases = try JSONDecoder().decode(
      [Case].self, from: PythonOracle("datasets_fuzz").run(["csv", "5000", "1"]))
    let folder = try TemporaryFolder()
    var refused = 0
    for (number, item) in cases.enumerated() {
      let url = try folder.file("\(number).csv", containing: item.text)
      let rows = try? DelimitedRecords.read(url)
      refused += rows == nil ? 1 : 0
      #expect(rows == item.rows, "\(item.text.debugDescription)")
    }
    #expect(refused > 100 && refused < cases.count / 2)
  }
}
