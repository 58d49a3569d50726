internal import Datasets
internal import Tokenizers

/// A sentence whose two entities are enclosed in markers.
struct MarkedSentence {
  /// The text with the markers in it.
  let text: String
  let location: RowLocation
  private let markers: [String]

  /// Puts the markers of the settings into a row's text.
  ///
  /// The marker before an entity stands before the space in front of it, so that vocabularies whose
  /// words begin with their space spell the entity as they do without markers.
  ///
  /// - Throws: ``TasksError`` when the row has not two entities that lie in its text.
  init(_ row: TextRow, _ markers: [String]) throws {
    location = row.location
    self.markers = markers
    let bytes = Array(row.text.utf8)
    try Self.check(row, bytes)
    var marks: [Mark] = []
    for (entity, span) in row.spans.enumerated() {
      var start = span.lowerBound
      if start > 0, bytes[start - 1] == UInt8(ascii: " ") { start -= 1 }
      marks.append(Mark(place: start, closes: false, span: span, text: markers[2 * entity]))
      marks.append(
        Mark(place: span.upperBound, closes: true, span: span, text: markers[2 * entity + 1]))
    }
    // A stable order: of two entities with the same span the first encloses the second.
    let order = marks.enumerated().sorted { one, other in
      one.element.isBefore(other.element, offset: one.offset, other.offset)
    }
    var marked: [UInt8] = []
    var place = 0
    for (_, mark) in order {
      marked += bytes[place..<mark.place] + Array(mark.text.utf8)
      place = mark.place
    }
    marked += bytes[place...]
    text = String(decoding: marked, as: UTF8.self)
  }

  /// One marker and where it goes.
  private struct Mark {
    let place: Int
    let closes: Bool
    let span: Range<Int>
    let text: String

    func isBefore(_ other: Mark, offset: Int, _ otherOffset: Int) -> Bool {
      if place != other.place { return place < other.place }
      if closes != other.closes { return closes }
      if span.count != other.span.count {
        return closes ? span.count < other.span.count : span.count > other.span.count
      }
      return closes ? offset > otherOffset : offset < otherOffset
    }
  }

  private static func check(_ row: TextRow, _ bytes: [UInt8]) throws {
    guard row.spans.count == 2 else {
      throw TasksError(
        .example,
        "\(row.location): the row has \(row.spans.count) marked entities; a relation is between two."
      )
    }
    func isBoundary(_ place: Int) -> Bool {
      place == bytes.count || bytes[place] & 0xC0 != 0x80
    }
    for span in row.spans {
      guard !span.isEmpty, span.lowerBound >= 0, span.upperBound <= bytes.count,
        isBoundary(span.lowerBound), isBoundary(span.upperBound)
      else {
        throw TasksError(
          .example,
          "\(row.location): an entity goes from byte \(span.lowerBound) to \(span.upperBound), which "
            + "are no places between the characters of a text of \(bytes.count) bytes.")
      }
    }
  }

  /// Where the entities stand among the tokens of the marked text.
  ///
  /// - Throws: ``TasksError`` when the text itself holds a marker, or the tokenizer has not all.
  func entities(in encoding: Encoding, _ tokenizer: PretrainedTokenizer) throws -> EntityTokens {
    let places = try markers.map { marker in
      guard let id = tokenizer.id(of: marker) else {
        throw TasksError(
          .vocabulary, "The tokenizer has no entity marker '\(marker)' in its vocabulary.")
      }
      let found = encoding.ids.indices.filter { encoding.ids[$0] == id }
      guard found.count == 1, let place = found.first else {
        throw TasksError(
          .example,
          "\(location): the text itself holds the entity marker '\(marker)'. Choose markers that no "
            + "text holds.")
      }
      return place
    }
    return EntityTokens(head: places[0]..<places[1] + 1, tail: places[2]..<places[3] + 1)
  }
}
