/// Goes through the paragraphs of a document of questions, one at a time, however long it is.
///
/// - SQuAD, CMRC 2018 and DRCD: `{"data": [{"paragraphs": [{"context", "qas"}]}]}`.
/// - CMRC's older list: `[{"context_text", "qas"}]`; lists of articles are read as well.
struct QuestionDocument {
  private enum State { case start, root, items, article, paragraphs, end }

  private enum Items { case articles, paragraphs }

  private var cursor: JSONCursor
  private var state = State.start
  private let hasRoot: Bool
  private let items: Items
  private var hasParagraphs = false

  /// Nil when the file does not begin as such a document does.
  init?(_ bytes: ByteView) {
    cursor = JSONCursor(bytes, from: bytes.textStart, to: bytes.count)
    var ahead = cursor
    hasRoot = ahead.nextByte == UInt8(ascii: "{")
    guard let items = try? Self.items(&ahead, hasRoot: hasRoot) else { return nil }
    self.items = items
  }

  /// What the list under `data`, or the list that the file is, holds; nil where it is neither.
  private static func items(
    _ cursor: inout JSONCursor, hasRoot: Bool
  ) throws(RowProblem) -> Items? {
    if hasRoot {
      try cursor.enterObject()
      while let key = try cursor.nextKey(), key != "data" { try cursor.skipValue() }
    }
    guard cursor.nextByte == UInt8(ascii: "[") else { return nil }
    try cursor.enterList()
    guard try cursor.nextItem() else { return hasRoot ? .articles : nil }
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if key == "qas" { return .paragraphs }
      if key == "paragraphs" { return .articles }
      try cursor.skipValue()
    }
    return nil
  }

  /// The line of a byte at or after those asked for before.
  mutating func line(of place: Int) -> Int { cursor.line(of: place) }

  /// The next paragraph, or nil at the end.
  ///
  /// - Throws: ``RowProblem`` for a document that is not as it should be, where reading ends.
  mutating func next() throws(RowProblem) -> JSONObject? {
    while true {
      switch state {
      case .start:
        if hasRoot { try cursor.enterObject() } else { try cursor.enterList() }
        state = hasRoot ? .root : .items
      case .root: try passKey(named: "data", inside: .items, after: .end)
      case .items:
        guard try cursor.nextItem() else {
          state = hasRoot ? .root : .end
          continue
        }
        if items == .paragraphs { return try cursor.object() }
        try cursor.enterObject()
        hasParagraphs = false
        state = .article
      case .article: try passKey(named: "paragraphs", inside: .paragraphs, after: .items)
      case .paragraphs:
        if try cursor.nextItem() { return try cursor.object() }
        state = .article
      case .end:
        try cursor.finish()
        return nil
      }
    }
  }

  /// Goes over one member of an object, or into the list under a name.
  private mutating func passKey(
    named name: String, inside: State, after: State
  ) throws(RowProblem) {
    guard let key = try cursor.nextKey() else {
      if inside == .paragraphs, !hasParagraphs {
        throw cursor.problem("this article has no 'paragraphs'.", code: .missingValue)
      }
      state = after
      return
    }
    guard key == name else { return try cursor.skipValue() }
    try cursor.enterList()
    if inside == .paragraphs { hasParagraphs = true }
    state = inside
  }
}
