import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct FolderTests {
  private func folder(_ files: [String: String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, text) in files { _ = try folder.file(name, containing: text) }
    return folder
  }

  @Test func subfoldersAreLabelsAndFilesAreRows() throws {
    let folder = try folder([
      "pos/b.txt": "good\n", "pos/a.txt": "\u{FEFF}very good\r\n", "neg/a.txt": "bad\n\n",
      ".hidden": "x",
    ])
    let table = try TextTable.read(folder.url, target: .singleLabel)
    #expect(table.rows.map(\.text) == ["bad\n", "very good", "good"])
    #expect(table.rows.map(\.target) == [.label("neg"), .label("pos"), .label("pos")])
    #expect(table.rows[0].location.file.hasSuffix("neg/a.txt"))
    #expect(table.notes.isEmpty)
  }

  @Test func otherFilesAreNamed() throws {
    let folder = try folder(["pos/a.txt": "good", "pos/b.md": "x", "readme.txt": "y"])
    let table = try TextTable.read(folder.url, target: .singleLabel)
    #expect(table.rows.count == 1)
    #expect(table.notes.count == 1)
    #expect(table.notes[0].contains("2 files or folders were not read"))
  }

  @Test func aFolderWithoutSubfoldersHoldsTextsWithoutLabels() throws {
    let folder = try folder(["a.txt": "one", "b.txt": "two"])
    #expect(try TextTable.read(folder.url, target: .none).rows.map(\.text) == ["one", "two"])
    let error = try #require(
      problem { _ = try TextTable.read(folder.url, target: .singleLabel) })
    #expect(error.code == .noSuchColumn)
  }

  @Test func anEmptyFolderIsAnError() throws {
    let folder = try TemporaryFolder()
    #expect(
      problem { _ = try TextTable.read(folder.url, mapping: .init(label: nil), target: .none) }?
        .code == .emptyFile)
  }

  @Test func aFileThatIsNotUTF8IsNamed() throws {
    let folder = try folder(["pos/a.txt": "good", "pos/b.txt": ""])
    try (Data("one\ntwo ".utf8) + [0xE9]).write(to: folder.url.appending(path: "pos/b.txt"))
    let error = try #require(
      problem { _ = try TextTable.read(folder.url, target: .singleLabel) })
    #expect(error.code == .notUTF8)
    #expect(error.description.contains("pos/b.txt, line 2, column 5"))
  }

  @Test func aFileThatIsNotTextCanBeLeftOut() throws {
    let folder = try folder(["pos/a.txt": "good", "neg/b.txt": "bad"])
    try Data([0xFF, 0xFE, 0x41, 0]).write(to: folder.url.appending(path: "pos/b.txt"))
    let table = try TextTable.read(
      folder.url, target: .singleLabel, policy: .init(onBadRow: .leaveOut))
    #expect(table.rows.count == 2)
    #expect(table.leftOut.map(\.reason) == [.notUTF8])
    #expect(problem { _ = try TextTable.read(folder.url, target: .singleLabel) }?.code == .notUTF8)
  }
}
