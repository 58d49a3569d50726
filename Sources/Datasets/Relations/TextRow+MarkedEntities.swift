extension TextRow {
  /// A sentence in which `<e1>…</e1>` and `<e2>…</e2>` enclose two entities, as people type it: the
  /// row's text is without the marks, its spans are the entities.
  ///
  /// - Throws: ``DatasetsError`` when a mark is missing, stands twice, or encloses nothing.
  public init(markedEntities text: String, at location: RowLocation) throws {
    let record = Record(object: JSONObject(members: [], range: 0..<0), location: location)
    do throws(RowProblem) {
      guard let entities = try MarkedEntities.unmarked(text, record) else {
        throw record.problem(
          .invalidSpan,
          "nothing says which entities are meant: write them as <e1>…</e1> and <e2>…</e2>.")
      }
      self.init(
        text: entities.text, spans: [entities.head, entities.tail], location: location)
    } catch {
      throw error.error(in: location.file)
    }
  }
}
