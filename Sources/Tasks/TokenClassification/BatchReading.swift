/// The windows of a batch's examples, and which row of the scores belongs to which word.
struct BatchReading {
  /// A token that is read.
  struct Row {
    /// Its row among the scores.
    let row: Int
    /// The word of its example.
    let word: Int
    /// Whether it is the first one that is read of its word.
    let isFirst: Bool
  }

  /// The sequences in which a token is read; others are not computed.
  private(set) var sequences: [TokenSequence] = []
  /// The places of the tokens that are read, for each sequence.
  private(set) var places: [[Int]] = []
  /// For each example its tokens that are read, in the order of its words.
  private(set) var rows: [[Row]] = []
  /// How many tokens are read.
  private(set) var count = 0

  init(_ examples: [TaggingExample]) {
    for example in examples {
      var rows: [Row] = []
      for window in example.windows where !window.places.isEmpty {
        sequences.append(window.tokens)
        places.append(window.places)
        for (place, word) in window.words.enumerated() {
          let isFirst = place == 0 || window.words[place - 1] != word
          rows.append(Row(row: count + place, word: word, isFirst: isFirst))
        }
        count += window.places.count
      }
      // Windows overlap: the words of one may lie between those of another.
      if zip(rows, rows.dropFirst()).contains(where: { $0.word > $1.word }) {
        rows.sort { ($0.word, $0.row) < ($1.word, $1.row) }
      }
      self.rows.append(rows)
    }
  }
}
