/// Where the entities of a relation stand, as JSON says it.
enum EntityPlaces {
  static let tokenKeys = ["token", "tokens"]
  static let headKeys = ["head", "h", "subject", "subj", "e1", "entity1"]
  static let tailKeys = ["tail", "t", "object", "obj", "e2", "entity2"]

  /// The entities of a sentence that is given as words, with the places of words: those of TACRED
  /// (`subj_start`, `subj_end`, `obj_start`, `obj_end`, the ends included), or a pair of places
  /// (`[start, end]`, the end not included) for each entity.
  static func inWords(_ record: Record, _ tokens: String) throws(RowProblem) -> MarkedEntities {
    let words = try record.texts(tokens)
    let joined = SentenceWords.joined(words)
    func range(_ start: Int, _ end: Int, _ what: String) throws(RowProblem) -> Range<Int> {
      guard start >= 0, start < end, end <= words.count else {
        throw record.problem(
          .invalidSpan,
          "the \(what) goes from word \(start) up to word \(end), and the sentence has "
            + "\(words.count) words.")
      }
      return joined.spans[start].lowerBound..<joined.spans[end - 1].upperBound
    }
    if record.object["subj_start"] != nil {
      func tacred(_ name: String) throws(RowProblem) -> Range<Int> {
        let start = try record.wholeNumber(name + "_start")
        let last = try record.wholeNumber(name + "_end")
        return try range(start, last == .max ? last : last + 1, name)
      }
      return MarkedEntities(text: joined.text, head: try tacred("subj"), tail: try tacred("obj"))
    }
    let (head, tail) = try places(record)
    return MarkedEntities(
      text: joined.text, head: try range(head.start, head.end, "first entity"),
      tail: try range(tail.start, tail.end, "second entity"))
  }

  /// The entities of a text, with places in characters (Unicode scalars).
  static func inText(_ record: Record, _ text: String) throws(RowProblem) -> MarkedEntities {
    let offsets = ScalarOffsets(text)
    let (head, tail) = try places(record)
    func range(_ place: Place, _ what: String) throws(RowProblem) -> Range<Int> {
      let range = try NamedSpans.range(place.start, place.end, what, record, offsets)
      if let name = place.name, ExactText(name) != ExactText(text.part(range)) {
        throw record.problem(
          .invalidSpan,
          "\(what) is named '\(name)', and the text holds '\(text.part(range))' from "
            + "\(place.start) to \(place.end). Offsets count characters (Unicode code points) "
            + "from 0, and the end is not included.")
      }
      return range
    }
    return MarkedEntities(
      text: text, head: try range(head, "the first entity"),
      tail: try range(tail, "the second entity"))
  }

  /// Whether a record says where its entities stand.
  static func isThere(_ record: Record) -> Bool {
    switch record.object.first(of: headKeys)?.value {
    case .object?, .list?: true
    default: false
    }
  }

  private struct Place {
    var start: Int
    var end: Int
    var name: String?
  }

  private static func places(
    _ record: Record
  ) throws(RowProblem) -> (head: Place, tail: Place) {
    (try place(record, headKeys, "first entity"), try place(record, tailKeys, "second entity"))
  }

  private static func place(
    _ record: Record, _ keys: [String], _ what: String
  ) throws(RowProblem) -> Place {
    guard let (name, value) = record.object.first(of: keys) else {
      throw record.problem(.missingValue, "the row has no \(what) under '\(keys[0])'.")
    }
    if let place = place(value) { return place }
    throw record.problem(
      .wrongType,
      "the \(what) '\(name)' must be {\"start\": 0, \"end\": 4}, [0, 4] or "
        + "{\"name\": \"…\", \"pos\": [0, 4]}.")
  }

  private static func place(_ value: JSONValue) -> Place? {
    switch value {
    case .list(let items):
      if let range = range(items) { return Place(start: range.0, end: range.1) }
      return fewRel(items)
    case .object(let object):
      let name = object.first(of: ["name", "text"])?.value.scalarText
      if case .list(let items)? = object["pos"], let range = range(items) {
        return Place(start: range.0, end: range.1, name: name)
      }
      guard let start = object.first(of: NamedSpans.startKeys)?.value.wholeNumber,
        let end = object.first(of: NamedSpans.endKeys)?.value.wholeNumber
      else { return nil }
      return Place(start: start, end: end, name: name)
    default: return nil
    }
  }

  private static func range(_ items: [JSONValue]) -> (Int, Int)? {
    guard items.count == 2, let start = items[0].wholeNumber, let end = items[1].wholeNumber else {
      return nil
    }
    return (start, end)
  }

  /// `["name", "Q1", [[3, 4, 5]]]`: the first list of words' places.
  private static func fewRel(_ items: [JSONValue]) -> Place? {
    guard items.count == 3, case .list(let mentions) = items[2],
      case .list(let places)? = mentions.first,
      let first = places.first?.wholeNumber, let last = places.last?.wholeNumber, last < .max
    else { return nil }
    return Place(start: first, end: last + 1)
  }
}
