/// FewRel's layout: one JSON object with a list of sentences for each relation.
struct RelationGroups: RecordSource {
  let notes: [String]
  private let bytes: ByteView
  private var cursor: JSONCursor
  private var range = 0..<0
  private var isOpen = false
  private var isAtEnd = false
  /// The relation whose sentences are being read.
  private var relation: String?
  private var relations = Set<ExactText>()

  /// - Throws: ``DatasetsError`` for bytes that are not UTF-8: in one JSON value the place where
  ///   reading could go on cannot be told.
  init(_ bytes: ByteView) throws {
    self.bytes = bytes
    try refuseInvalidUTF8(bytes)
    cursor = JSONCursor(bytes, from: bytes.textStart, to: bytes.count)
    notes = [
      "\(bytes.name) is read as a list of sentences for each relation, the layout of FewRel."
    ]
  }

  var content: String { bytes.text(from: range.lowerBound, to: range.upperBound) }

  /// Whether a file is an object whose first member is a list that begins with a sentence: one with
  /// words and both entities.
  static func fits(_ bytes: ByteView) -> Bool {
    var cursor = JSONCursor(bytes, from: bytes.textStart, to: bytes.count)
    do throws(RowProblem) {
      try cursor.enterObject()
      guard try cursor.nextKey() != nil, cursor.nextByte == UInt8(ascii: "[") else { return false }
      try cursor.enterList()
      guard try cursor.nextItem(), cursor.nextByte == UInt8(ascii: "{") else { return false }
      let object = try cursor.object()
      return [EntityPlaces.tokenKeys, EntityPlaces.headKeys, EntityPlaces.tailKeys]
        .allSatisfy { object.first(of: $0) != nil }
    } catch {
      return false
    }
  }

  mutating func next() throws -> RecordOutcome {
    do throws(RowProblem) {
      guard let relation = try nextSentence() else { return .end }
      let object = try cursor.object()
      range = object.range
      let members = [(name: "relation", value: JSONValue.text(relation))] + object.members
      let line = cursor.line(of: range.lowerBound)
      return .record(
        Record(
          object: JSONObject(members: members, range: range),
          location: RowLocation(file: bytes.name, line: line)))
    } catch {
      throw error.error(in: bytes.name)
    }
  }

  /// Goes to the next sentence and gives its relation; nil at the end.
  private mutating func nextSentence() throws(RowProblem) -> String? {
    if isAtEnd { return nil }
    if !isOpen { try cursor.enterObject() }
    isOpen = true
    while true {
      if let relation, try cursor.nextItem() { return relation }
      relation = try cursor.nextKey()
      guard let relation else {
        try cursor.finish()
        isAtEnd = true
        return nil
      }
      guard relations.insert(ExactText(relation)).inserted else {
        throw RowProblem(
          code: .duplicateKey, message: "the relation '\(relation)' stands twice. Join its lists.",
          line: cursor.line(of: cursor.position))
      }
      try cursor.enterList()
    }
  }
}
