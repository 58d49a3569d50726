import Foundation

/// Reads a folder of texts: one subfolder a label, one `.txt` file a row.
///
/// A folder without subfolders is read as texts without labels. One line break at the end of a file
/// does not belong to its text. Files that start with a dot are passed over.
struct FolderReader: RowSource {
  let columns: [String]
  private(set) var notes: [String] = []
  private(set) var content = ""
  private var files: [(url: URL, label: String?)] = []
  private var turn = 0
  private let plan: ColumnPlan

  init(_ folder: URL, plan: ColumnPlan) throws {
    self.plan = plan
    let name = folder.relativePath
    let entries = try Self.entries(of: folder)
    let labels = entries.filter(\.isFolder)
    columns = labels.isEmpty ? ["text", "file"] : ["text", "label", "file"]
    for wanted in plan.wanted where !columns.contains(wanted) {
      throw noSuchColumn(
        wanted, in: name, columns: columns,
        hint: labels.isEmpty
          ? "Labels are the names of subfolders, and there are none."
          : "A folder of texts always has these.")
    }
    var ignored = take(entries.filter { !$0.isFolder }, label: nil, isUsed: labels.isEmpty)
    for label in labels {
      ignored += take(
        try Self.entries(of: label.url), label: label.url.lastPathComponent, isUsed: true)
    }
    if let first = ignored.first {
      notes.append(
        "\(name): \(ignored.count) files or folders were not read, as they are not "
          + "\(labels.isEmpty ? "*.txt" : "<label>/*.txt"); the first is \(first).")
    }
    if files.isEmpty {
      throw DatasetsError(
        .emptyFile,
        "\(name) holds no texts: a folder of data has one subfolder a label with .txt files in it.")
    }
  }

  mutating func next(into values: inout [FieldValue]) throws -> SourceOutcome {
    guard turn < files.count else { return .end }
    let (url, label) = files[turn]
    turn += 1
    let bytes = ByteView(try MappedFile(url))
    let location = RowLocation(file: bytes.name, line: 1)
    let start = bytes.hasByteOrderMark ? 3 : 0
    content = bytes.text(from: start, to: textEnd(bytes, from: start))
    if let foreign = ForeignContent.problem(of: bytes) {
      let problem = RowProblem(code: foreign.code, message: "it " + foreign.message, line: 1)
      return .bad(problem, content: content, at: location)
    }
    if let invalid = bytes.firstInvalidUTF8(from: start, to: bytes.count) {
      let line = 1 + bytes.lineBreaks(from: start, to: invalid)
      return .bad(
        invalidUTF8(bytes, at: invalid, line: line), content: content, at: location)
    }
    for (place, wanted) in plan.wanted.enumerated() {
      switch wanted {
      case "label": values[place] = label.map(FieldValue.text) ?? .missing
      case "file": values[place] = .text(bytes.name)
      default: values[place] = .text(content)
      }
    }
    return .values(location)
  }

  /// The end of the text without one final line break.
  private func textEnd(_ bytes: ByteView, from start: Int) -> Int {
    var end = bytes.count
    if end > start, bytes[end - 1] == .lineFeed { end -= 1 }
    if end > start, bytes[end - 1] == .carriageReturn { end -= 1 }
    return end
  }

  /// Adds the text files among the entries, and names the others.
  private mutating func take(_ entries: [Entry], label: String?, isUsed: Bool) -> [String] {
    var ignored: [String] = []
    for entry in entries {
      if isUsed, !entry.isFolder, entry.url.pathExtension.lowercased() == "txt" {
        files.append((entry.url, label))
      } else {
        ignored.append(entry.url.relativePath)
      }
    }
    return ignored
  }

  private struct Entry {
    let url: URL
    let isFolder: Bool
  }

  /// What lies in a folder, by the bytes of the names, so that every machine reads the same order.
  private static func entries(of folder: URL) throws -> [Entry] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    } catch {
      throw DatasetsError(
        .unreadableFile,
        "The folder \(folder.relativePath) cannot be read: \(error.localizedDescription)")
    }
    return names.filter { !$0.hasPrefix(".") }.map(ExactText.init).sorted().map { name in
      let url = folder.appending(path: name.text)
      var isFolder: ObjCBool = false
      _ = unsafe FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      return Entry(url: url, isFolder: isFolder.boolValue)
    }
  }
}
