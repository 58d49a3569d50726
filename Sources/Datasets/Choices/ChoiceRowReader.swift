public import Foundation

/// Reads questions with several choices, of which one is right: JSON (one object a line, or one list
/// of objects), CSV or TSV.
///
/// The usual columns are:
///
/// - the text: `context`, `premise`, `passage`, `article`, `sent1`, `ctx`, `goal`; else `question`,
///   `query`, `prompt`, `startphrase`, `text`;
/// - the choices: `choices`, `options`, `endings` or `candidates`, a list of texts,
///   `[{"label", "text"}]` or `{"label": […], "text": […]}`; or columns numbered or lettered in one
///   series, such as `ending0`, `choice1`, `option1`, `sol1`, `answerA`;
/// - the right one: `label`, `answer`, `answerKey`, `gold`, `correct`.
///
/// Where there is a column of the first kind and one called `question`, the text is both with a space
/// between them. Where `sent2` gives the beginning of all choices (SWAG), it is put before each. The
/// right choice is a place counted from 0, a letter, the label that the choices have, or the text of
/// one. A row's text is the question, its further texts are the choices, and its target is
/// ``RowTarget/choice(_:)``.
public final class ChoiceRowReader: RowReader {
  private static let contextKeys = [
    "context", "premise", "passage", "article", "sent1", "ctx", "goal",
  ]
  private static let questionKeys = ["question", "query", "prompt", "startphrase", "text"]
  private static let choiceKeys = ["choices", "options", "endings", "candidates"]
  private static let series = [
    "ending", "choice", "option", "sol", "answer", "ending_", "choice_", "option_", "answer_",
  ]
  private static let answerKeys = ["label", "answer", "answerkey", "gold", "correct"]

  private var feed: RecordFeed
  private let context: String
  private let question: String?
  private let beginning: String?
  private let choices: ChoiceList
  private let answer: String?
  private let firstPlace: Int
  private let keep: [String]

  /// Opens a file and finds its columns; no row is read yet.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - reading: How to read it.
  ///   - firstPlace: The number that means the first choice, where the file gives numbers.
  ///   - layout: How delimited fields are written.
  /// - Throws: ``DatasetsError`` when there is no such file or column, or the file is empty, not
  ///   text, or of an unknown format.
  public init(
    _ url: URL, _ reading: RowReading = RowReading(), firstPlace: Int = 0,
    layout: DelimitedLayout = DelimitedLayout()
  ) throws {
    let mapping = reading.mapping
    try mapping.refuseSeveralLabels("multiple choice")
    var feed = try RecordFeed(url, reading, layout: layout)
    self.firstPlace = firstPlace
    keep = mapping.keep
    try feed.check(keep)
    if let named = mapping.namedText {
      try feed.check(named)
      (context, question) = (named, mapping.pair)
      try feed.check(mapping.pair.map { [$0] } ?? [])
    } else if let found = try feed.column("the text", named: nil, usual: Self.contextKeys) {
      context = found
      question = try feed.column("the question", named: mapping.pair, usual: ["question"])
    } else {
      context = try feed.neededColumn(
        "the text", named: nil, usual: Self.questionKeys)
      question = nil
    }
    beginning = context.lowercased() == "sent1" ? feed.columns.first { $0 == "sent2" } : nil
    if let list = try feed.column("the choices", named: nil, usual: Self.choiceKeys) {
      choices = .list(list)
    } else if let columns = Self.columns(of: feed.columns) {
      choices = .columns(columns)
      feed.say("the choices", is: columns.joined(separator: "', '"))
    } else {
      throw feed.missing("the choices", usual: Self.choiceKeys + Self.series.prefix(5))
    }
    answer =
      try reading.expectsTarget && mapping.label != nil
      ? feed.neededColumn("the right choice", named: mapping.namedLabel, usual: Self.answerKeys)
      : nil
    self.feed = feed
  }

  /// The columns of the first series that has at least two, such as `ending0` and `ending1`.
  private static func columns(of columns: [String]) -> [String]? {
    for start in series {
      let found = columns.filter { column in
        let name = column.lowercased()
        let rest = name.dropFirst(start.count)
        guard name.hasPrefix(start), let last = rest.utf8.first, rest.utf8.count == 1 else {
          return false
        }
        return (0x30...0x39).contains(last) || (0x61...0x7A).contains(last)
      }
      if found.count > 1 { return found.sorted { $0.lowercased() < $1.lowercased() } }
    }
    return nil
  }

  /// The columns of the file, in its order.
  public var columns: [String] { feed.columns }

  /// How the file is read, and which columns were taken.
  public var notes: [String] { feed.notes }

  /// The rows that could not be read, with ``DataPolicy/BadRow/leaveOut``.
  public var leftOut: [LeftOutRow] { feed.leftOut }

  /// The next row, or nil at the end.
  ///
  /// - Throws: ``DatasetsError`` naming file and line of a row that cannot be read.
  public func next() throws -> TextRow? {
    try feed.next { record throws(RowProblem) in
      var text = try record.text(context)
      if let question { text += " " + (try record.text(question)) }
      let list = try choices.read(record)
      var row = TextRow(text: text, others: list.texts, location: record.location)
      if let beginning {
        let start = try record.text(beginning)
        row.others = list.texts.map { start + " " + $0 }
      }
      if let answer { row.target = .choice(try place(record, answer, list)) }
      row.extra = try record.extra(keep, identifier: "id")
      return row
    }
  }

  /// The place of the right choice, counted from 0.
  private func place(
    _ record: Record, _ name: String, _ list: ChoiceList.Choices
  ) throws(RowProblem) -> Int {
    let written = try record.label(name)
    if case .text? = record.object.value(at: name), let place = list.place(of: written) {
      return place
    }
    let last = firstPlace + list.texts.count - 1
    if let number = Int(written.trimmed) {
      if (firstPlace...last).contains(number) { return number - firstPlace }
      throw record.problem(
        .invalidLabel,
        "'\(name)' is \(number), and the \(list.texts.count) choices are counted from "
          + "\(firstPlace) to \(last). Where the file counts otherwise, set the first place.")
    }
    throw record.problem(
      .invalidLabel,
      "'\(name)' is '\(written)', which is neither a place from \(firstPlace) to \(last), nor a "
        + "letter, nor one of the choices.")
  }
}
