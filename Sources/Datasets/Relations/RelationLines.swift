/// The plain file of SemEval-2010 task 8: a number, a tab and the sentence in quotes; the relation on
/// the next line, a comment on the one after it, and a blank line.
struct SemEvalSentences: RecordSource {
  let notes: [String]
  private let bytes: ByteView
  private var lines: LineCursor
  private var range = 0..<0

  init(_ bytes: ByteView) {
    self.bytes = bytes
    lines = LineCursor(bytes)
    notes = ["\(bytes.name) is read as the plain file of SemEval-2010 task 8."]
  }

  var content: String { bytes.text(from: range.lowerBound, to: range.upperBound) }

  /// Whether a file's first line is a number, a tab and a quote.
  static func fits(_ bytes: ByteView) -> Bool {
    var lines = LineCursor(bytes)
    repeat { guard lines.next() else { return false } } while lines.isBlank
    return sentence(lines, bytes) != nil
  }

  mutating func next() throws -> RecordOutcome {
    repeat { guard lines.next() else { return .end } } while lines.isBlank
    range = lines.start..<lines.end
    let first = lines
    let location = RowLocation(file: bytes.name, line: first.line)
    let sentence = Self.sentence(first, bytes)
    let relation = sentence == nil ? nil : takeRelation()
    do throws(RowProblem) {
      if let invalid = bytes.firstInvalidUTF8(from: range.lowerBound, to: range.upperBound) {
        throw invalidUTF8(bytes, at: invalid, line: first.line)
      }
      guard let sentence else {
        throw RowProblem(
          code: .fieldCount,
          message: "a number, a tab and a sentence in double quotes were expected, such as "
            + "1<tab>\"The <e1>child</e1> was in the <e2>cradle</e2>.\"",
          line: first.line)
      }
      var members: [(name: String, value: JSONValue)] = [
        ("id", .text(bytes.text(from: sentence.number.lowerBound, to: sentence.number.upperBound))),
        ("text", .text(bytes.text(from: sentence.text.lowerBound, to: sentence.text.upperBound))),
      ]
      if let relation { members.append(("relation", .text(relation))) }
      return .record(Record(object: JSONObject(members: members, range: range), location: location))
    } catch {
      return .bad(error, content: content, at: location)
    }
  }

  /// Takes the lines that belong to the sentence: up to a blank line or the next sentence.
  private mutating func takeRelation() -> String? {
    var relation: String?
    var ahead = lines
    while ahead.next(), !ahead.isBlank, Self.sentence(ahead, bytes) == nil {
      lines = ahead
      range = range.lowerBound..<lines.end
      if relation == nil, !bytes.starts("Comment", in: lines.start..<lines.end) {
        relation = bytes.text(from: lines.start, to: lines.end).trimmed
      }
    }
    return relation
  }

  private static func sentence(
    _ line: LineCursor, _ bytes: ByteView
  ) -> (number: Range<Int>, text: Range<Int>)? {
    guard let tab = bytes.firstIndex(of: .tab, from: line.start, to: line.end), tab > line.start,
      (line.start..<tab).allSatisfy({ (0x30...0x39).contains(bytes[$0]) })
    else { return nil }
    var end = line.end
    while end > tab, bytes[end - 1] == .space { end -= 1 }
    guard end - tab > 2, bytes[tab + 1] == .quote, bytes[end - 1] == .quote else { return nil }
    return (line.start..<tab, tab + 2..<end - 1)
  }
}

/// The layout of FinRE and SanWen: the first entity, the second, the relation and the sentence,
/// separated by tabs, without a header.
struct EntityLines: RecordSource {
  private static let linesForLayout = 100

  let notes: [String]
  private let bytes: ByteView
  private var lines: LineCursor
  /// Whether the relation may be left out.
  private let isPrediction: Bool

  init(_ bytes: ByteView, isPrediction: Bool) {
    self.bytes = bytes
    self.isPrediction = isPrediction
    lines = LineCursor(bytes)
    notes = [
      "\(bytes.name) is read as lines of the first entity, the second, the relation and the "
        + "sentence."
    ]
  }

  var content: String { bytes.text(from: lines.start, to: lines.end) }

  /// Whether at least half of the first lines have four fields, the last of which holds the first two.
  static func fits(_ bytes: ByteView) -> Bool {
    var lines = LineCursor(bytes)
    var (count, fitting) = (0, 0)
    while count < linesForLayout, lines.next() {
      if lines.isBlank { continue }
      count += 1
      let fields = bytes.text(from: lines.start, to: lines.end).components(separatedBy: "\t")
      guard fields.count == 4 || fields.count == 3, let sentence = fields.last else { continue }
      let isHeld = fields[..<2].allSatisfy { !sentence.places(of: $0, limit: 1).isEmpty }
      if isHeld, sentence.utf8.count > fields[0].utf8.count { fitting += 1 }
    }
    return fitting > 0 && fitting * 2 >= count
  }

  mutating func next() throws -> RecordOutcome {
    repeat { guard lines.next() else { return .end } } while lines.isBlank
    let location = RowLocation(file: bytes.name, line: lines.line)
    if let invalid = bytes.firstInvalidUTF8(from: lines.start, to: lines.end) {
      return .bad(
        invalidUTF8(bytes, at: invalid, line: lines.line), content: content, at: location)
    }
    let fields = content.components(separatedBy: "\t")
    let names =
      fields.count == 3 && isPrediction
      ? ["head", "tail", "text"] : ["head", "tail", "relation", "text"]
    guard fields.count == names.count else {
      let found = fields.count == 1 ? "1 field" : "\(fields.count) fields"
      let problem = RowProblem(
        code: .fieldCount,
        message: "the line has \(found), and 4 were expected: first entity, second entity, "
          + "relation and sentence, separated by tabs.",
        line: lines.line)
      return .bad(problem, content: content, at: location)
    }
    let members = zip(names, fields).map { (name: $0, value: JSONValue.text($1)) }
    let object = JSONObject(members: members, range: lines.start..<lines.end)
    return .record(Record(object: object, location: location))
  }
}
