internal import Datasets
internal import Evaluation

extension TaggedText {
  /// Reads an answer from a model's output.
  init(
    _ output: TaggingOutput, _ row: TextRow, _ model: TokenTagging, _ options: AnswerOptions
  ) throws {
    self.init()
    let tags = model.names(output)
    let probabilities = try WordProbabilities(output, model)
    if let scheme = model.scheme {
      let types = model.labels.map { scheme.type(of: $0) }
      entities = try Self.entities(tags, scheme, row.text, row.spans) { entity in
        probabilities.mean(over: entity.words) { types[$0] == entity.type }
      }
    }
    if model.scheme == nil || options.allScores {
      let text = Array(row.text.utf8)
      words = row.spans.map { String(decoding: text[$0], as: UTF8.self) }
      self.tags = tags
      scores = output.tags.enumerated().map { word, tag in
        probabilities.mean(over: word..<word + 1) { $0 == tag }
      }
    }
    guard options.withExpected, case .tags(let own) = row.target else { return }
    expected = .tags(own)
    if let scheme = model.scheme,
      let marked = try? Self.entities(own, scheme, row.text, row.spans)
    {
      expected = .entities(marked)
    }
  }
}

/// The probabilities of tags, by word.
private struct WordProbabilities {
  private let labels: Int
  private let values: [Double]
  private var rows: [Int: Int] = [:]

  init(_ output: TaggingOutput, _ model: TokenTagging) throws {
    labels = model.labels.count
    values = try model.probabilities(output)
    for (row, word) in output.words.enumerated() { rows[word] = row }
  }

  /// The mean over those of some words that were read of the probability of some tags; 0 when none
  /// was.
  func mean(over words: Range<Int>, of isMeant: (Int) -> Bool) -> Double {
    let read = words.compactMap { rows[$0] }
    if read.isEmpty { return 0 }
    let sum = read.reduce(0.0) { sum, row in
      (0..<labels).reduce(sum) { isMeant($1) ? $0 + values[row * labels + $1] : $0 }
    }
    return sum / Double(read.count)
  }
}
