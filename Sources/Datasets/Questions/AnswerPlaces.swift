/// A context and the places of its characters, for all questions about it.
struct QuestionContext {
  let text: String
  let offsets: ScalarOffsets

  init(_ text: String) {
    self.text = text
    offsets = ScalarOffsets(text)
  }
}

/// Finds the answers of questions in their contexts, and counts those that are not where the data say.
struct AnswerPlaces {
  /// An answer as the file has it.
  private struct Answer {
    let text: String
    /// In characters (Unicode scalars); nil where the file does not say.
    let start: Int?
  }

  /// The answers that were read.
  private(set) var answers = 0
  /// Those that do not stand where the data say.
  private(set) var misplaced = 0
  /// Those that the data give without a place, and of them those that stand several times.
  private(set) var unplaced = 0
  private(set) var repeated = 0
  /// Questions without an answer in their context.
  private(set) var unanswered = 0
  /// Questions whose plausible answers were passed over.
  private(set) var plausible = 0

  private let policy: DataPolicy.BadRow

  init(_ policy: DataPolicy.BadRow) { self.policy = policy }

  /// The answers to a question in bytes of UTF-8; none where it has none in its context.
  ///
  /// A wrong answer is the row's problem. Where bad rows are left out and the question has a right
  /// answer too, only the wrong one is left out.
  mutating func ranges(
    _ record: Record, _ name: String, in context: QuestionContext
  ) throws(RowProblem) -> [Range<Int>] {
    var isImpossible = false
    if case .boolean(true)? = record.object["is_impossible"] { isImpossible = true }
    if case .list(let items)? = record.object["plausible_answers"], !items.isEmpty {
      plausible += 1
    }
    let given = try read(record, name, isImpossible: isImpossible)
    if isImpossible, !given.isEmpty {
      throw record.problem(
        .invalidLabel, "the question is marked 'is_impossible', and has answers. Take out one.")
    }
    if given.isEmpty { unanswered += 1 }
    var ranges: [Range<Int>] = []
    var firstProblem: RowProblem?
    for answer in given {
      answers += 1
      do throws(RowProblem) {
        ranges.append(try range(answer, context, record))
      } catch {
        misplaced += 1
        firstProblem = firstProblem ?? error
      }
    }
    if let firstProblem, policy == .stop || ranges.isEmpty { throw firstProblem }
    return ranges
  }

  // MARK: Places

  private mutating func range(
    _ answer: Answer, _ context: QuestionContext, _ record: Record
  ) throws(RowProblem) -> Range<Int> {
    if answer.text.isEmpty { throw record.problem(.missingValue, "an answer is empty.") }
    guard let start = answer.start else { return try found(answer, context, record) }
    let length = answer.text.unicodeScalars.count
    let (end, overflows) = start.addingReportingOverflow(length)
    let range = overflows ? nil : context.offsets.bytes(start, end)
    let held = range.map { context.text.part($0) }
    if let range, let held, ExactText(held) == ExactText(answer.text) { return range }
    var message = "the answer '\(answer.text)' does not stand at character \(start) of the context"
    message += held.map { ", which holds '\($0)' there" } ?? ", which has \(context.offsets.count)"
    let places = context.text.places(of: answer.text, limit: 2)
    switch places.count {
    case 0: message += "; it stands nowhere in it."
    case 1:
      message +=
        "; it stands once, at character \(context.offsets.scalar(at: places[0].lowerBound))."
    default: message += "; it stands several times elsewhere."
    }
    throw record.problem(.invalidSpan, message)
  }

  private mutating func found(
    _ answer: Answer, _ context: QuestionContext, _ record: Record
  ) throws(RowProblem) -> Range<Int> {
    let places = context.text.places(of: answer.text, limit: 2)
    guard let first = places.first else {
      throw record.problem(
        .invalidSpan, "the answer '\(answer.text)' does not stand in the context.")
    }
    unplaced += 1
    if places.count > 1 { repeated += 1 }
    return first
  }

  // MARK: Forms

  /// Reads `[{"text", "answer_start"}]`, `{"text": […], "answer_start": […]}`, or texts alone.
  private func read(
    _ record: Record, _ name: String, isImpossible: Bool
  ) throws(RowProblem) -> [Answer] {
    switch record.object.value(at: name) {
    case nil where isImpossible, .null? where isImpossible: return []
    case .text(let text)?:
      return [Answer(text: text, start: record.object["answer_start"]?.wholeNumber)]
    case .object(let object)?: return try parallel(object, record, name)
    case .list(let items)?:
      var answers: [Answer] = []
      for item in items { answers.append(try single(item, record, name)) }
      return answers
    case let value:
      throw record.unexpected(
        value, name, wanted: "a list of answers ([] where the context holds none)")
    }
  }

  private func single(
    _ item: JSONValue, _ record: Record, _ name: String
  ) throws(RowProblem) -> Answer {
    switch item {
    case .text(let text): return Answer(text: text, start: nil)
    case .object(let object):
      guard case .text(let text)? = object["text"] else { break }
      guard let value = object["answer_start"] else { return Answer(text: text, start: nil) }
      guard let start = value.wholeNumber else { break }
      return Answer(text: text, start: start)
    default: break
    }
    throw record.problem(
      .wrongType,
      "an answer of '\(name)' must be {\"text\": \"…\", \"answer_start\": 0}; this one is "
        + "\(item.kind) of another form.")
  }

  private func parallel(
    _ object: JSONObject, _ record: Record, _ name: String
  ) throws(RowProblem) -> [Answer] {
    guard case .list(let texts)? = object["text"], case .list(let starts)? = object["answer_start"]
    else { return [try single(.object(object), record, name)] }
    guard texts.count == starts.count else {
      throw record.problem(
        .fieldCount,
        "'\(name)' has \(texts.count) texts and \(starts.count) starts: each answer needs both.")
    }
    var answers: [Answer] = []
    for (text, start) in zip(texts, starts) {
      guard case .text(let text) = text, let start = start.wholeNumber else {
        throw record.problem(
          .wrongType,
          "'\(name)' must be {\"text\": [\"…\"], \"answer_start\": [0]}: texts and whole numbers.")
      }
      answers.append(Answer(text: text, start: start))
    }
    return answers
  }
}
