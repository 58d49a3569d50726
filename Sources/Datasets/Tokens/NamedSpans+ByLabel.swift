extension NamedSpans {
  /// Reads CLUENER's `{"name": {"Anna": [[0, 3], [9, 12]]}}`: for each label the texts that have it,
  /// and for each of those its places, of which the last character is one.
  static func byLabel(
    _ labels: JSONObject, _ name: String, _ record: Record, _ text: String
  ) throws(RowProblem) -> [Span] {
    let offsets = ScalarOffsets(text)
    var spans: [Span] = []
    for (label, texts) in labels.members {
      guard case .object(let texts) = texts, !label.isBlank else {
        throw record.problem(
          .wrongType,
          "'\(label)' of '\(name)' must hold texts with their places, such as "
            + "{\"PER\": {\"Anna\": [[0, 3]]}}.")
      }
      for (stated, places) in texts.members {
        for place in try inclusive(places, "'\(stated)' of '\(name)'", record) {
          let what = "'\(stated)' of '\(name)'"
          let range = try range(place.lowerBound, place.upperBound, what, record, offsets)
          try require(stated, at: place, to: text.part(range), what, record)
          spans.append(Span(range: range, characters: place, label: label))
        }
      }
    }
    return spans
  }

  /// The places `[[start, last], …]`, in characters; the end of a range is not included, as ever.
  private static func inclusive(
    _ value: JSONValue, _ what: String, _ record: Record
  ) throws(RowProblem) -> [Range<Int>] {
    let problem = record.problem(
      .wrongType, "the places of \(what) must be a list such as [[0, 3], [9, 12]].")
    guard case .list(let items) = value else { throw problem }
    var places: [Range<Int>] = []
    for item in items {
      guard case .list(let ends) = item, ends.count == 2, let start = ends[0].wholeNumber,
        let last = ends[1].wholeNumber
      else { throw problem }
      guard start >= 0, start <= last, last < .max else {
        throw record.problem(
          .invalidSpan,
          "\(what) goes from \(start) to \(last): the start must lie before the last character, "
            + "and both inside the text.")
      }
      places.append(start..<last + 1)
    }
    return places
  }

  private static func require(
    _ stated: String, at place: Range<Int>, to held: String, _ what: String, _ record: Record
  ) throws(RowProblem) {
    guard ExactText(stated) != ExactText(held) else { return }
    throw record.problem(
      .invalidSpan,
      "\(what) is said to stand from \(place.lowerBound) to \(place.upperBound - 1), and the text "
        + "holds '\(held)' there. In this layout places count characters (Unicode code points) from "
        + "0, and the last one is included.")
  }
}
