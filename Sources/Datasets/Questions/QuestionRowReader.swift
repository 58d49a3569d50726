public import Foundation

/// Reads questions with the text that holds their answer.
///
/// - **SQuAD 1.1 and 2.0**, and CMRC 2018 and DRCD, which have the same layout: one JSON document,
///   read paragraph by paragraph. `is_impossible` and an empty list of answers mean that the context
///   holds none; plausible answers are not read.
/// - **CMRC's older list**: `context_text`, `query_text`, `query_id`, and answers as texts, which are
///   taken at the first place where they stand.
/// - **JSON Lines**, or a list of objects: `question` (`query`), `context` (`passage`, `paragraph`,
///   `text`) and `answers` (`answer`), either `{"text": […], "answer_start": […]}` or
///   `[{"text": …, "answer_start": …}]`. ``ColumnMapping/text``, ``ColumnMapping/pair`` and
///   ``ColumnMapping/label`` name other keys; the documents' keys are fixed.
///
/// A row's text is the question, its second text the context, and its target
/// ``RowTarget/answers(_:)``; what the file calls `id` is in ``TextRow/extra``. Places count
/// characters (Unicode scalars). An answer that does not stand where the data say is never used: it
/// makes a bad row, or, where bad rows are left out and the question has another answer, is dropped
/// and counted in ``notes``.
public final class QuestionRowReader: RowReader {
  private static let questionKeys = ["question", "query", "query_text"]
  private static let contextKeys = ["context", "passage", "paragraph", "context_text", "text"]
  private static let answerKeys = ["answers", "answer"]

  /// A paragraph whose questions are being read.
  private struct Paragraph {
    let object: JSONObject
    let context: QuestionContext
    private let questions: [JSONValue]
    private var turn = 0

    init(_ object: JSONObject, _ context: String, _ questions: [JSONValue]) {
      self.object = object
      self.context = QuestionContext(context)
      self.questions = questions
    }

    /// The next question, or nil at the end.
    mutating func next() -> JSONValue? {
      guard turn < questions.count else { return nil }
      turn += 1
      return questions[turn - 1]
    }
  }

  private let bytes: ByteView
  // One of the two is there.
  private var document: QuestionDocument?
  private var feed: RecordFeed?
  private var paragraph: Paragraph?
  private var bad: BadRows
  private var places: AnswerPlaces
  private let keys: (question: String, context: String, answers: String)
  private let readsAnswers: Bool
  private let keep: [String]

  /// Opens a file and finds its layout; no row is read yet.
  ///
  /// - Throws: ``DatasetsError`` when there is no such file or column, or the file is empty, not
  ///   text, or not of one of the layouts.
  public init(_ url: URL, _ reading: RowReading = RowReading()) throws {
    let mapping = reading.mapping
    try mapping.refuseSeveralLabels("question answering")
    bytes = try RecordFeed.bytes(of: url)
    bad = BadRows(reading.onBadRow)
    places = AnswerPlaces(reading.onBadRow)
    keep = mapping.keep
    readsAnswers = reading.expectsTarget && mapping.label != nil
    if let document = QuestionDocument(bytes) {
      try refuseInvalidUTF8(bytes)
      self.document = document
      keys = ("question", "context", "answers")
      return
    }
    guard reading.format == nil || reading.format == .jsonl else {
      throw DatasetsError(
        .unknownFormat,
        "\(bytes.name): questions are read from SQuAD's JSON or from JSON Lines, and the format "
          + "'\(reading.format?.rawValue ?? "")' is stated.")
    }
    var reading = reading
    reading.format = .jsonl
    var feed = try RecordFeed(bytes, url, reading)
    try feed.check(keep)
    keys = (
      try feed.neededColumn("the question", named: mapping.namedText, usual: Self.questionKeys),
      try feed.neededColumn("the context", named: mapping.pair, usual: Self.contextKeys),
      try readsAnswers
        ? feed.neededColumn("the answers", named: mapping.namedLabel, usual: Self.answerKeys)
        : "answers"
    )
    self.feed = feed
  }

  /// The keys of a row.
  public var columns: [String] { feed?.columns ?? ["id", "question", "context", "answers"] }

  /// How the file is read, and which answers could not be used, up to the latest row.
  public var notes: [String] {
    let name = bytes.name
    var notes = feed?.notes ?? []
    func add(_ count: Int, _ sentence: String) {
      if count > 0 { notes.append("\(name): " + sentence) }
    }
    let answers = grouped(places.answers)
    add(
      places.misplaced,
      "\(grouped(places.misplaced)) of \(answers) answers do not stand where the data say; they "
        + "are not used.")
    add(
      places.unplaced,
      "\(grouped(places.unplaced)) of \(answers) answers come without a place; the first place "
        + "where each stands was taken (\(grouped(places.repeated)) stand several times).")
    add(
      places.unanswered,
      "\(grouped(places.unanswered)) questions have no answer in their context.")
    add(
      places.plausible,
      "the plausible answers of \(grouped(places.plausible)) questions were not read.")
    return notes
  }

  /// The questions that could not be read, with ``DataPolicy/BadRow/leaveOut``.
  public var leftOut: [LeftOutRow] { feed?.leftOut ?? bad.leftOut }

  /// The next question, or nil at the end.
  ///
  /// - Throws: ``DatasetsError`` naming file and line of a question that cannot be read.
  public func next() throws -> TextRow? {
    if feed != nil {
      return try feed?.next { record throws(RowProblem) in
        try self.row(record, QuestionContext(try record.text(keys.context)))
      }
    }
    while true {
      if let question = paragraph?.next() {
        if let row = try row(question) { return row }
        continue
      }
      guard try nextParagraph() else { return nil }
    }
  }

  private func row(
    _ record: Record, _ context: QuestionContext
  ) throws(RowProblem) -> TextRow {
    let isOld =
      document != nil && record.object["question"] == nil && record.object["query_text"] != nil
    var row = TextRow(
      text: try record.text(isOld ? "query_text" : keys.question), pair: context.text,
      location: record.location)
    if readsAnswers {
      row.target = .answers(try places.ranges(record, keys.answers, in: context))
    }
    let identifier = record.object.first(of: ["id", "query_id", "qid"])?.name
    row.extra = try record.extra(keep, identifier: identifier)
    return row
  }

  // MARK: Documents

  /// The row of one question of a document; nil when it was left out.
  private func row(_ question: JSONValue) throws -> TextRow? {
    guard let paragraph else { return nil }
    guard case .object(let object) = question else {
      let record = Record(object: paragraph.object, location: location(of: paragraph.object))
      try bad.take(
        record.problem(.wrongType, "a question is \(question.kind), and must be an object."),
        content: content(paragraph.object), at: record.location)
      return nil
    }
    let record = Record(object: object, location: location(of: object))
    do throws(RowProblem) {
      return try row(record, paragraph.context)
    } catch {
      try bad.take(error, content: content(object), at: record.location)
      return nil
    }
  }

  /// Goes to the next paragraph that can be read; false at the end.
  private func nextParagraph() throws -> Bool {
    paragraph = nil
    while paragraph == nil {
      let object: JSONObject
      do throws(RowProblem) {
        guard let next = try document?.next() else { return false }
        object = next
      } catch {
        throw error.error(in: bytes.name)
      }
      let record = Record(object: object, location: location(of: object))
      do throws(RowProblem) {
        let isOld = object["context"] == nil && object["context_text"] != nil
        let context = try record.text(isOld ? "context_text" : "context")
        guard case .list(let questions)? = object["qas"] else {
          throw record.unexpected(object["qas"], "qas", wanted: "a list of questions")
        }
        paragraph = Paragraph(object, context, questions)
      } catch {
        try bad.take(error, content: content(object), at: record.location)
      }
    }
    return true
  }

  private func location(of object: JSONObject) -> RowLocation {
    let line = document?.line(of: object.range.lowerBound) ?? 1
    return RowLocation(file: bytes.name, line: line)
  }

  private func content(_ object: JSONObject) -> String {
    bytes.text(from: object.range.lowerBound, to: object.range.upperBound)
  }
}
