import Datasets
import Foundation
import Testing

@Suite struct TabSeparatedTests {
  private let mapping = ColumnMapping(text: "1", label: "2")
  private let headless = DelimitedLayout(hasHeader: false)

  @Test func quotesThatEncloseNoFieldAreText() throws {
    let table = try read(
      "\"Go,\" he said.\tx\nHe said \"go\"\ty\n", as: "a.tsv", mapping: mapping, layout: headless)
    #expect(table.rows.map(\.text) == ["\"Go,\" he said.", "He said \"go\""])
    #expect(table.notes.count == 1)
    #expect(table.notes[0].contains("line 1"))
  }

  @Test func quotesThatFieldsNeedAreTakenOff() throws {
    let table = try read(
      "\"a\tb\"\tx\n\"say \"\"c\"\"\"\ty\n", as: "a.tsv", mapping: mapping, layout: headless)
    #expect(table.rows.map(\.text) == ["a\tb", "say \"c\""])
    #expect(table.notes.count == 1)
  }

  @Test func quotesThatNoFieldNeedsAreKeptAndSaid() throws {
    let content = "\"Stop!\"\tx\nb\ty\n"
    let table = try read(content, as: "a.tsv", mapping: mapping, layout: headless)
    #expect(table.rows[0].text == "\"Stop!\"")
    #expect(table.notes.count == 1)
    let layout = DelimitedLayout(hasHeader: false, quoting: .standard)
    #expect(
      try read(content, as: "a.tsv", mapping: mapping, layout: layout).rows[0].text == "Stop!")
  }

  @Test func withoutQuotesThereIsNothingToSay() throws {
    let table = try read("text\tlabel\na\tx\n", as: "a.tsv")
    #expect(table.rows[0].text == "a")
    #expect(table.notes.isEmpty)
  }

  @Test func theDelimiterIsGuessedOnlyWhenTheNameDoesNotSay() throws {
    let table = try read("text;label\na, b;x\nc, d;y\n", as: "data.txt")
    #expect(table.rows.map(\.text) == ["a, b", "c, d"])
    #expect(table.notes.count == 1)
    #expect(table.notes[0].contains("semicolons"))
    #expect(problem { _ = try read("text;label\na;x\n", as: "data.csv") }?.code == .noSuchColumn)
  }

  @Test func jsonLinesAreRecognisedByTheirContent() throws {
    let table = try read("{\"text\": \"a\", \"label\": \"x\"}\n", as: "data")
    #expect(table.rows[0].text == "a")
    #expect(table.notes[0].contains("JSON Lines"))
  }

  @Test func aFileThatLooksLikeNoFormatMustSayItsOwn() throws {
    let error = try #require(problem { _ = try read("some text\nmore text, here\n", as: "a.txt") })
    #expect(error.code == .unknownFormat)
    #expect(error.description.contains("csv, tsv or jsonl"))
  }
}
