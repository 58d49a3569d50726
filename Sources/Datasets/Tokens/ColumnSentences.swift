/// Reads the sentences of a CoNLL file: one word a line, its tags in columns, a blank line between
/// sentences.
struct ColumnSentences {
  enum Outcome {
    case sentence(words: [String], tags: [String], RowLocation)
    /// A sentence with a line that cannot be read, with its raw text.
    case bad(RowProblem, content: String, at: RowLocation)
    case end
  }

  let layout: ColumnLayout
  private let bytes: ByteView
  private var lines: LineCursor
  /// The columns of the words and the tags, counted from 0; without tags none are read.
  private let wordColumn: Int
  private let tagColumn: Int?
  private let isLastByDefault: Bool
  private var passed = PassedLines()

  /// - Throws: ``DatasetsError`` for a column that is not there.
  init(_ bytes: ByteView, _ reading: RowReading) throws {
    self.bytes = bytes
    lines = LineCursor(bytes)
    layout = ColumnLayout(bytes, format: reading.format)
    let mapping = reading.mapping
    let count = layout.count
    wordColumn =
      try Self.place(mapping.namedText, "words", bytes.name, count) ?? (layout.isUniversal ? 1 : 0)
    let named = try Self.place(mapping.namedLabel, "tags", bytes.name, count)
    isLastByDefault = named == nil && !layout.isUniversal
    guard reading.expectsTarget, mapping.label != nil else {
      tagColumn = nil
      return
    }
    tagColumn = named ?? (layout.isUniversal ? 3 : count - 1)
    if tagColumn == wordColumn {
      throw DatasetsError(
        .missingValue,
        "\(bytes.name): column \(wordColumn + 1) would hold both the words and the tags"
          + (count == 1 ? ", as most lines have one column. " : ". ")
          + "A word, a tab or a space, and its tag were expected on each line.")
    }
  }

  private static func place(
    _ named: String?, _ what: String, _ file: String, _ count: Int
  ) throws -> Int? {
    guard let named else { return nil }
    if let number = Int(named), (1...count).contains(number) { return number - 1 }
    throw DatasetsError(
      .noSuchColumn,
      "\(file) has no column '\(named)' for the \(what): its columns have no names and are "
        + "numbered from 1 to \(count).",
      columns: (1...count).map(String.init))
  }

  /// How the file is read.
  var notes: [String] {
    var note = "\(bytes.name): columns are separated by \(layout.delimiter.name)"
    note += layout.isUniversal ? " (CoNLL-U); " : "; "
    note += "the words are column \(wordColumn + 1)"
    if let tagColumn { note += ", the tags column \(tagColumn + 1) of \(layout.count)" }
    return [note + "."] + passed.notes(bytes.name)
  }

  /// The next sentence.
  mutating func next() -> Outcome {
    var sentence = Sentence()
    reading: while lines.next() {
      if lines.isBlank {
        if sentence.isEmpty { continue }
        break
      }
      let line = lines.start..<lines.end
      let fields = layout.fields(bytes, line)
      switch passed.kind(of: line, fields, bytes, layout, isFirst: sentence.isEmpty, lines.line) {
      case .documentMark:
        if sentence.isEmpty { continue }
        break reading
      case .comment, .repeatedWord: continue
      case .word: break
      }
      sentence.extend(line, number: lines.line)
      do throws(RowProblem) {
        try read(line, fields, into: &sentence)
      } catch {
        sentence.problem = sentence.problem ?? error
      }
    }
    guard let range = sentence.range else { return .end }
    let location = RowLocation(file: bytes.name, line: sentence.line)
    if let problem = sentence.problem {
      let content = bytes.text(from: range.lowerBound, to: range.upperBound)
      return .bad(problem, content: content, at: location)
    }
    return .sentence(words: sentence.words, tags: sentence.tags, location)
  }

  private mutating func read(
    _ line: Range<Int>, _ fields: [Range<Int>], into sentence: inout Sentence
  ) throws(RowProblem) {
    if let invalid = bytes.firstInvalidUTF8(from: line.lowerBound, to: line.upperBound) {
      throw invalidUTF8(bytes, at: invalid, line: lines.line)
    }
    try checkCount(fields, line)
    let word = bytes.textWithoutSpaces(fields[wordColumn])
    if word.isEmpty {
      guard !fields[wordColumn].isEmpty else {
        throw problem(
          .missingValue, "column \(wordColumn + 1), which holds the word, is empty.")
      }
      passed.spaces += 1
      return
    }
    if let tagColumn {
      let tag = bytes.textWithoutSpaces(fields[tagColumn])
      if tag.isEmpty {
        throw problem(
          .missingValue,
          "the word '\(word)' has no tag: column \(tagColumn + 1) is empty.")
      }
      sentence.tags.append(tag)
    }
    sentence.words.append(word)
  }

  private func checkCount(_ fields: [Range<Int>], _ line: Range<Int>) throws(RowProblem) {
    let needed = max(wordColumn, tagColumn ?? 0) + 1
    let isRight =
      tagColumn != nil && isLastByDefault ? fields.count == needed : fields.count >= needed
    if isRight { return }
    let shown = String(bytes.text(from: line.lowerBound, to: line.upperBound).prefix(60))
    let found = fields.count == 1 ? "1 column" : "\(fields.count) columns"
    var message = "the line '\(shown)' has \(found), and "
    if fields.count < needed {
      message += "at least \(needed) were expected: "
      message += tagColumn == nil ? "the word is missing." : "the word or its tag is missing."
    } else {
      message += "the file has \(needed). Separate words and tags by \(layout.delimiter.name) only."
    }
    throw problem(.fieldCount, message)
  }

  private func problem(_ code: DatasetsError.Code, _ message: String) -> RowProblem {
    RowProblem(code: code, message: message, line: lines.line)
  }

  /// What is known of the sentence that is being read.
  private struct Sentence {
    var words: [String] = []
    var tags: [String] = []
    var line = 0
    var range: Range<Int>?
    var problem: RowProblem?

    var isEmpty: Bool { range == nil }

    mutating func extend(_ line: Range<Int>, number: Int) {
      if range == nil { self.line = number }
      range = (range?.lowerBound ?? line.lowerBound)..<line.upperBound
    }
  }
}

extension ByteView {
  /// The bytes as text, without the spaces at its ends.
  fileprivate func textWithoutSpaces(_ range: Range<Int>) -> String {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, self[start] == .space { start += 1 }
    while start < end, self[end - 1] == .space { end -= 1 }
    return text(from: start, to: end)
  }
}
