/// The two entities of a sentence and the sentence itself.
struct MarkedEntities {
  var text: String
  /// In bytes of UTF-8 of the text.
  var head: Range<Int>
  var tail: Range<Int>

  /// Takes the marks `<e1>`, `</e1>`, `<e2>` and `</e2>` out of a text; nil when there is none.
  ///
  /// - Throws: ``RowProblem`` when a mark is missing, stands twice, or encloses nothing.
  static func unmarked(_ marked: String, _ record: Record) throws(RowProblem) -> MarkedEntities? {
    let names = ["<e1>", "</e1>", "<e2>", "</e2>"]
    let places = names.map { marked.places(of: $0, limit: 2) }
    if places.allSatisfy(\.isEmpty) { return nil }
    for (name, places) in zip(names, places) where places.count != 1 {
      throw record.problem(
        .invalidSpan,
        places.isEmpty
          ? "the text has no \(name): each of <e1>…</e1> and <e2>…</e2> must stand in it once."
          : "the text has more than one \(name), and one was expected.")
    }
    let marks = places.map { $0[0] }
    guard marks[0].lowerBound < marks[1].lowerBound, marks[2].lowerBound < marks[3].lowerBound
    else {
      throw record.problem(.invalidSpan, "an entity of the text ends before it begins.")
    }
    let bytes = Array(marked.utf8)
    var kept: [UInt8] = []
    var place = 0
    for mark in marks.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      kept += bytes[place..<mark.lowerBound]
      place = mark.upperBound
    }
    kept += bytes[place...]
    func moved(_ place: Int) -> Int {
      place - marks.filter { $0.upperBound <= place }.reduce(0) { $0 + $1.count }
    }
    return MarkedEntities(
      text: String(decoding: kept, as: UTF8.self),
      head: try trimmed(moved(marks[0].upperBound)..<moved(marks[1].lowerBound), kept, record),
      tail: try trimmed(moved(marks[2].upperBound)..<moved(marks[3].lowerBound), kept, record))
  }

  /// A range without the spaces at its ends.
  private static func trimmed(
    _ range: Range<Int>, _ bytes: [UInt8], _ record: Record
  ) throws(RowProblem) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, bytes[start] == .space { start += 1 }
    while start < end, bytes[end - 1] == .space { end -= 1 }
    if start < end { return start..<end }
    throw record.problem(.invalidSpan, "an entity of the text is empty.")
  }

  /// Finds two entities in a text, each at the first place where it stands.
  ///
  /// Where the two would overlap there, the first places where they do not are taken. `repeated`
  /// grows by the entities that stand in the text more than once.
  static func found(
    _ head: String, _ tail: String, in text: String, _ record: Record, repeated: inout Int
  ) throws(RowProblem) -> MarkedEntities {
    let heads = try places(of: head, in: text, record)
    let tails = try places(of: tail, in: text, record)
    repeated += (heads.count > 1 ? 1 : 0) + (tails.count > 1 ? 1 : 0)
    for first in heads {
      if let second = tails.first(where: { !$0.overlaps(first) }) {
        return MarkedEntities(text: text, head: first, tail: second)
      }
    }
    return MarkedEntities(text: text, head: heads[0], tail: tails[0])
  }

  private static func places(
    of entity: String, in text: String, _ record: Record
  ) throws(RowProblem) -> [Range<Int>] {
    if entity.isBlank { throw record.problem(.missingValue, "an entity is empty.") }
    let places = text.places(of: entity, limit: 16)
    if !places.isEmpty { return places }
    let shown = text.unicodeScalars.count > 80 ? String(text.prefix(80)) + "…" : text
    throw record.problem(
      .invalidSpan, "the entity '\(entity)' does not stand in the sentence '\(shown)'.")
  }
}
