/// Tells the lines of a CoNLL file that are not words, and counts them.
struct PassedLines {
  enum Kind {
    case word, comment, documentMark
    /// A line of CoNLL-U for several words at once (`1-2`) or for a word that is not said (`1.1`).
    case repeatedWord
  }

  private var comments: (count: Int, firstLine: Int) = (0, 0)
  private var documentMarks = 0
  private var repeatedWords = 0
  /// Words of nothing but spaces, which some data by character have.
  var spaces = 0

  /// What a line is.
  ///
  /// A `#` can be a word. A line is a comment only before the first word of a sentence, when it
  /// begins with `#` and a space, and either has not the file's number of columns or says
  /// `key = value`.
  mutating func kind(
    of line: Range<Int>, _ fields: [Range<Int>], _ bytes: ByteView, _ layout: ColumnLayout,
    isFirst: Bool, _ number: Int
  ) -> Kind {
    if let field = fields.first, bytes.starts("-DOCSTART-", in: field) {
      documentMarks += 1
      return .documentMark
    }
    if bytes[line.lowerBound] == UInt8(ascii: "#") {
      if bytes.starts("#begin document", in: line) || bytes.starts("#end document", in: line) {
        documentMarks += 1
        return .documentMark
      }
      if isFirst, isComment(line, fields, bytes, layout) {
        if comments.count == 0 { comments.firstLine = number }
        comments.count += 1
        return .comment
      }
    }
    if layout.isUniversal, let field = fields.first,
      field.contains(where: { [UInt8(ascii: "-"), UInt8(ascii: ".")].contains(bytes[$0]) })
    {
      repeatedWords += 1
      return .repeatedWord
    }
    return .word
  }

  private func isComment(
    _ line: Range<Int>, _ fields: [Range<Int>], _ bytes: ByteView, _ layout: ColumnLayout
  ) -> Bool {
    guard bytes.starts("# ", in: line) else { return false }
    if fields.count != layout.count || layout.delimiter == .none { return true }
    let text = bytes.text(from: line.lowerBound, to: line.upperBound)
    let parts = text.utf8.split(separator: .space)
    return parts.count >= 3 && parts[2].elementsEqual("=".utf8)
  }

  /// What was passed over, as sentences.
  func notes(_ file: String) -> [String] {
    var notes: [String] = []
    if comments.count > 0 {
      notes.append(
        "\(file): \(grouped(comments.count)) comment lines (the first is line "
          + "\(comments.firstLine)) belong to no sentence.")
    }
    if documentMarks > 0 {
      notes.append("\(file): \(grouped(documentMarks)) document marks belong to no sentence.")
    }
    if repeatedWords > 0 {
      notes.append(
        "\(file): \(grouped(repeatedWords)) lines for several words at once or for words that are "
          + "not said (such as 1-2 and 1.1) were passed over.")
    }
    if spaces > 0 {
      notes.append("\(file): \(grouped(spaces)) words of nothing but spaces were passed over.")
    }
    return notes
  }
}
