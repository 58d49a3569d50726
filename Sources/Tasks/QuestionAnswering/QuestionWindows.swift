internal import Datasets
internal import Tokenizers

/// Questions and their texts as windows, as Transformers' `run_qa.py` prepares them.
///
/// Models that were trained with padding in front of texts (XLNet) read the text before the question.
struct QuestionWindows {
  let settings: QuestionAnsweringSettings
  let encoder: RowEncoder
  private let slicer: WindowSlicer

  /// Questions that are encoded at once: whole texts are in memory only for these.
  static let rowsAtOnce = 1024

  init(_ settings: QuestionAnsweringSettings, _ encoder: RowEncoder) throws {
    try settings.validate()
    self.settings = settings
    self.encoder = encoder.uncut
    slicer = try WindowSlicer(
      WindowSettings(
        length: min(settings.maximumLength, encoder.options.maximumLength ?? .max),
        overlap: settings.overlap))
  }

  private var isContextFirst: Bool { encoder.tokenizer.padsInFront }
  private var contextText: Int { isContextFirst ? 0 : 1 }

  /// The rows' examples, in order.
  func rows(
    _ rows: ArraySlice<TextRow>, for purpose: ExamplePurpose
  ) throws -> [EncodedRow<QuestionExample>] {
    let inputs = try rows.map { row in
      guard let context = row.pair else {
        throw TasksError(
          .example, "\(row.location): the row has a question and no text that may answer it.")
      }
      // Spaces before a question would cost tokens of some tokenizers; run_qa.py strips them too.
      let question = String(row.text.drop(while: \.isWhitespace))
      return isContextFirst
        ? TextInput(context, pair: question) : TextInput(question, pair: context)
    }
    return try zip(rows, encoder.encode(inputs)).map { row, encoding in
      let windows = try windows(of: row, encoding, for: purpose)
      return EncodedRow(
        examples: examples(of: row, windows, for: purpose), length: encoding.count,
        truncatedTokens: 0, unknownTokens: encoder.unknownTokens(encoding))
    }
  }

  private func examples(
    of row: TextRow, _ windows: [AnswerWindow], for purpose: ExamplePurpose
  ) -> [QuestionExample] {
    guard purpose == .training else {
      return [
        QuestionExample(
          windows: windows, context: row.pair ?? "",
          answers: purpose == .prediction ? nil : row.answers, location: row.location)
      ]
    }
    return kept(windows, row).map {
      QuestionExample(windows: [$0], context: "", answers: nil, location: row.location)
    }
  }

  /// The windows to learn from: those with the answer, and the share that is asked for of the others.
  private func kept(_ windows: [AnswerWindow], _ row: TextRow) -> [AnswerWindow] {
    guard settings.windowsWithoutAnswer < 1, windows.contains(where: \.holdsAnswer) else {
      return windows
    }
    return windows.enumerated().filter { place, window in
      if window.holdsAnswer { return true }
      // A function of the row, so that a run that goes on has the same windows.
      var hash = StableHash()
      hash.add(row.text)
      hash.add([Int32(row.location.line), Int32(place)])
      let share = Double(UInt64(hash.text.suffix(13), radix: 16) ?? 0) / 0x1p52
      return share < settings.windowsWithoutAnswer
    }.map(\.element)
  }

  private func windows(
    of row: TextRow, _ encoding: Encoding, for purpose: ExamplePurpose
  ) throws -> [AnswerWindow] {
    let answer: Range<Int>? =
      if purpose != .prediction, case .answers(let places) = row.target { places.first } else {
        nil
      }
    let scalars = WholeScalars(of: row.pair ?? "")
    return try slicer.windows(of: encoding, sliding: contextText, at: row.location).map { window in
      let body = window.places(of: contextText)
      let offsets = window.offsets[body].map { scalars.widened($0) }
      let null = nullPlace(window.ids)
      let target = answer.flatMap { Self.place(of: $0, offsets) }
      return AnswerWindow(
        tokens: TokenSequence(window), body: body,
        offsets: purpose == .training
          ? [] : offsets.map { Int32($0.lowerBound)..<Int32($0.upperBound) },
        nullPlace: null,
        target: target.map { body.lowerBound + $0.lowerBound...body.lowerBound + $0.upperBound }
          ?? null...null)
    }
  }

  /// The tokens of an answer; nil when the window does not hold all of it.
  ///
  /// They are the last token that begins at the answer's first byte or before, and the first that
  /// ends at its last or behind. (run_qa.py looks for the former beyond the text's last token too,
  /// and so labels an answer that begins in it with the sequence's very last token; here it is the
  /// text's.)
  private static func place(of answer: Range<Int>, _ offsets: [Range<Int>]) -> ClosedRange<Int>? {
    guard let first = offsets.first, let last = offsets.last,
      first.lowerBound <= answer.lowerBound, last.upperBound >= answer.upperBound
    else { return nil }
    let start = (offsets.firstIndex { $0.lowerBound > answer.lowerBound } ?? offsets.count) - 1
    let end = (offsets.lastIndex { $0.upperBound < answer.upperBound } ?? -1) + 1
    return start <= end ? start...end : nil
  }

  private func nullPlace(_ ids: [TokenID]) -> Int {
    let special = encoder.tokenizer.specialTokens
    for token in [special.classification, special.beginningOfSequence] {
      if let token, let place = ids.firstIndex(of: token.id) { return place }
    }
    return 0
  }
}

extension TextRow {
  /// The accepted answers; nil for a row without a target.
  var answers: [String]? {
    guard case .answers(let places) = target, let context = pair else { return nil }
    let scalars = WholeScalars(of: context)
    return places.map { scalars.text($0) }
  }
}

/// A text whose bytes are taken as whole scalars only.
///
/// Tokenizers of bytes give places within a scalar.
struct WholeScalars {
  private let bytes: [UInt8]

  init(of text: String) {
    bytes = Array(text.utf8)
  }

  /// The range with the rest of the scalars at its ends, within the text.
  func widened(_ range: Range<Int>) -> Range<Int> {
    var lower = min(max(0, range.lowerBound), bytes.count)
    var upper = min(max(lower, range.upperBound), bytes.count)
    guard lower < upper else { return lower..<upper }
    while lower > 0, bytes[lower] & 0xC0 == 0x80 { lower -= 1 }
    while upper < bytes.count, bytes[upper] & 0xC0 == 0x80 { upper += 1 }
    return lower..<upper
  }

  /// The text of a range.
  func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[widened(range)], as: UTF8.self)
  }
}
