import Tasks

/// Windows with random scores, to be searched for answers.
struct QuestionSearch: Encodable, Sendable {
  struct Window: Encodable, Sendable {
    var start: [Float]
    var end: [Float]
    /// Where the context's tokens stand; nil for others.
    var offsets: [[Int]?]
  }

  var windows: [Window]
  var context = String(repeating: "abcde ", count: 80)
  var longest = 9
  var candidates = 12
  var allowsNone: Bool

  static let all = [QuestionSearch(seed: 8, allowsNone: true), .init(seed: 9, allowsNone: false)]

  /// Three windows of 62 tokens, of which the context has 50.
  private init(seed: UInt64, allowsNone: Bool) {
    var random = SplitMix(state: seed)
    func scores() -> [Float] {
      (0..<62).map { _ in Float(random.below(4_000_000)) / 500_000 - 4 }
    }
    self.allowsNone = allowsNone
    windows = (0..<3).map { place in
      Window(
        start: scores(), end: scores(),
        offsets: Array(repeating: nil, count: 10)
          + (0..<50).map { [100 * place + 3 * $0, 100 * place + 3 * $0 + 3] } + [nil, nil])
    }
  }

  /// What is found.
  func output() -> AnswerOutput {
    let search = SpanSearch(
      maximumAnswerLength: longest, candidates: candidates, allowsNone: allowsNone)
    let readings = windows.map { window in
      let tokens = AnswerWindow(
        tokens: TokenSequence(
          ids: Array(repeating: 1, count: 62), segments: Array(repeating: 0, count: 62)),
        body: 10..<60,
        offsets: window.offsets.compactMap { $0 }.map { Int32($0[0])..<Int32($0[1]) },
        nullPlace: 0, target: 0...0)
      return SpanSearch.Reading(
        spans: search.spans(start: window.start, end: window.end, in: tokens),
        null: window.start[0] + window.end[0], loss: 0)
    }
    return search.output(readings, context: context)
  }
}
