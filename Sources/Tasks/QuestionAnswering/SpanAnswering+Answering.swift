internal import Datasets
internal import Layers
internal import Models
internal import Torch

extension SpanAnswering {
  /// The search that the settings ask for.
  var search: SpanSearch {
    SpanSearch(
      maximumAnswerLength: settings.maximumAnswerLength, candidates: settings.candidates,
      allowsNone: settings.unanswerable == true)
  }

  /// The best answers of each example; only some windows are computed at a time.
  public func predict(_ examples: [QuestionExample]) throws -> [AnswerOutput] {
    let windows = examples.flatMap { example in
      example.windows.map { Part(window: $0, example: example) }
    }
    var readings: [SpanSearch.Reading] = []
    readings.reserveCapacity(windows.count)
    for places in SequenceChunks.of(windows.map(\.window.tokens.ids.count)) {
      readings += try read(Array(windows[places]))
    }
    var first = 0
    return examples.map { example in
      defer { first += example.windows.count }
      return search.output(
        Array(readings[first..<first + example.windows.count]), context: example.context,
        nullStandsAlone: settings.beams)
    }
  }

  /// A window with the question that it belongs to.
  private struct Part {
    let window: AnswerWindow
    let example: QuestionExample
  }

  private func read(_ parts: [Part]) throws -> [SpanSearch.Reading] {
    let windows = parts.map(\.window)
    let batch = try RaggedBatch(windows.map(\.tokens), on: store.options.device)
    switch head {
    case .spans(let pretrained):
      let logits = try pretrained.model(batch)
      return try read(
        parts, logits.start.values(as: Float.self), logits.end.values(as: Float.self))
    case .beams(let pretrained):
      let limits = SpanLimits(windows)
      let found = try pretrained.model.candidates(batch, limits: limits)
      var losses = Array(repeating: 0.0, count: parts.count)
      if parts.contains(where: { $0.example.answers != nil }) {
        losses = try windows.map { try head.loss([$0]).item() }
      }
      return try zip(parts, zip(found, losses)).map { part, found in
        try reading(part, found.0, loss: found.1)
      }
    }
  }

  private func read(
    _ parts: [Part], _ start: [Float], _ end: [Float]
  ) throws -> [SpanSearch.Reading] {
    var first = 0
    return try parts.map { part in
      let window = part.window
      let places = first..<first + window.tokens.ids.count
      first = places.upperBound
      let (start, end) = (Array(start[places]), Array(end[places]))
      guard start.allSatisfy(\.isFinite), end.allSatisfy(\.isFinite) else {
        throw notFinite(part.example)
      }
      return SpanSearch.Reading(
        spans: search.spans(start: start, end: end, in: window),
        null: start[window.nullPlace] + end[window.nullPlace],
        loss: part.example.answers == nil ? 0 : SpanLoss.value(start, end, window.target))
    }
  }

  private func reading(
    _ part: Part, _ found: SpanCandidates, loss: Double
  ) throws -> SpanSearch.Reading {
    var spans: [SpanSearch.Span] = []
    for (start, ends) in zip(found.starts, found.ends) {
      for end in ends {
        guard start.probability.isFinite, end.probability.isFinite else {
          throw notFinite(part.example)
        }
        guard search.isAnswer(start.place, end.place, in: part.window) else { continue }
        spans.append(
          SpanSearch.Span(
            bytes: part.window.bytes(from: start.place, through: end.place),
            score: start.probability + end.probability))
      }
    }
    guard found.unanswerable.isFinite else { throw notFinite(part.example) }
    return SpanSearch.Reading(spans: search.best(spans), null: found.unanswerable, loss: loss)
  }

  private func notFinite(_ example: QuestionExample) -> TasksError {
    TasksError(
      .notFinite,
      "\(example.location): the model gave scores for this text that are no finite numbers. Its "
        + "weights are damaged, or its precision is too low: try --precision fp32.")
  }
}
