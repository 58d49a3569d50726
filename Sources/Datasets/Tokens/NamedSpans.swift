/// Parts of a text with their labels, as character spans of JSON.
enum NamedSpans {
  /// One part.
  struct Span {
    /// In bytes of UTF-8.
    let range: Range<Int>
    /// In characters (Unicode scalars), as the file has it.
    let characters: Range<Int>
    let label: String
  }

  static let startKeys = ["start", "start_offset", "begin"]
  static let endKeys = ["end", "end_offset"]
  private static let labelKeys = ["label", "type", "tag", "entity", "entity_group"]
  private static let textKeys = ["text", "word"]

  /// Reads `[{"start": 0, "end": 4, "label": "PER"}, …]`, `[[0, 4, "PER"], …]` or CLUENER's
  /// `{"PER": {"Anna": [[0, 3]]}}`, in the order of the text; none of them may cross another.
  static func read(
    _ record: Record, _ name: String, of text: String
  ) throws(RowProblem) -> [Span] {
    let value = record.object.value(at: name)
    var spans: [Span] = []
    switch value {
    case .list(let items)?:
      if items.isEmpty { return [] }
      let offsets = ScalarOffsets(text)
      for (place, item) in items.enumerated() {
        spans.append(try span(item, "part \(place + 1) of '\(name)'", record, text, offsets))
      }
    case .object(let labels)?: spans = try byLabel(labels, name, record, text)
    default:
      throw record.unexpected(
        value, name, wanted: "a list of {\"start\", \"end\", \"label\"} or [start, end, label]")
    }
    spans.sort { left, right in
      (left.range.lowerBound, left.range.upperBound)
        < (right.range.lowerBound, right.range.upperBound)
    }
    for (left, right) in zip(spans, spans.dropFirst())
    where right.range.lowerBound < left.range.upperBound {
      throw record.problem(
        .invalidSpan,
        "the parts \(described(left, text)) and \(described(right, text)) of '\(name)' overlap. "
          + "A word can have one tag only; remove one.")
    }
    return spans
  }

  private static func span(
    _ item: JSONValue, _ what: String, _ record: Record, _ text: String, _ offsets: ScalarOffsets
  ) throws(RowProblem) -> Span {
    var start: Int?
    var end: Int?
    var label: String?
    var stated: String?
    switch item {
    case .list(let values) where values.count == 3:
      (start, end) = (values[0].wholeNumber, values[1].wholeNumber)
      label = values[2].scalarText
    case .object(let object):
      start = object.first(of: startKeys)?.value.wholeNumber
      end = object.first(of: endKeys)?.value.wholeNumber
      label = object.first(of: labelKeys)?.value.scalarText
      stated = object.first(of: textKeys)?.value.scalarText
    default: break
    }
    guard let start, let end, let label, !label.isBlank else {
      throw record.problem(
        .wrongType,
        "\(what) must be {\"start\": 0, \"end\": 4, \"label\": \"PER\"} or [0, 4, \"PER\"].")
    }
    let range = try range(start, end, what, record, offsets)
    let held = text.part(range)
    if let stated, ExactText(stated) != ExactText(held) {
      throw record.problem(
        .invalidSpan,
        "\(what) says '\(stated)', and the text holds '\(held)' from \(start) to \(end). Offsets "
          + "count characters (Unicode code points) from 0, and the end is not included.")
    }
    return Span(range: range, characters: start..<end, label: label)
  }

  /// The bytes of a part that must lie inside the text and hold something.
  static func range(
    _ start: Int, _ end: Int, _ what: String, _ record: Record, _ offsets: ScalarOffsets
  ) throws(RowProblem) -> Range<Int> {
    guard start < end, let range = offsets.bytes(start, end) else {
      throw record.problem(
        .invalidSpan,
        "\(what) goes from \(start) to \(end), and the text has \(offsets.count) characters: the "
          + "start must lie before the end, and both inside the text.")
    }
    return range
  }

  /// The tags of the words: `B-` at the first word of a part, `I-` at its others, `O` outside.
  static func tags(
    _ spans: [Span], words: [Range<Int>], in text: String, _ record: Record
  ) throws(RowProblem) -> [String] {
    var tags = Array(repeating: "O", count: words.count)
    var place = 0
    for span in spans {
      while place < words.count, words[place].upperBound <= span.range.lowerBound { place += 1 }
      let first = place
      while place < words.count, words[place].upperBound <= span.range.upperBound { place += 1 }
      guard first < place, words[first].lowerBound == span.range.lowerBound,
        words[place - 1].upperBound == span.range.upperBound
      else {
        throw record.problem(
          .invalidSpan,
          "the part \(described(span, text)) does not begin and end with a word; "
            + nearby(span, words, text))
      }
      for word in first..<place { tags[word] = (word == first ? "B-" : "I-") + span.label }
    }
    return tags
  }

  private static func nearby(_ span: Span, _ words: [Range<Int>], _ text: String) -> String {
    let touched = words.filter { $0.overlaps(span.range) }.map { "'\(text.part($0))'" }
    if touched.isEmpty { return "it holds nothing but white space." }
    return "the words there are \(touched.prefix(6).joined(separator: ", ")). Move its ends."
  }

  private static func described(_ span: Span, _ text: String) -> String {
    "\(span.characters.lowerBound) to \(span.characters.upperBound) ('\(text.part(span.range))')"
  }
}
