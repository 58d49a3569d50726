/// The parts of a row that a model reads one at a time, and which words each of them answers for.
struct WordWindows: Equatable {
  /// One part.
  struct Window: Equatable {
    /// The tokens, counted from the row's first.
    var tokens: Range<Int>
    /// The words that are answered here, ascending.
    var words: [Int]
  }

  /// The parts, in order; none of a row without tokens.
  private(set) var windows: [Window] = []
  /// Tokens of the row that lie in no part.
  private(set) var truncatedTokens = 0

  /// One part that is all there is room for.
  init(cutting row: WordTokens.Row, to room: Int, fromLeft: Bool) {
    let count = row.ids.count
    truncatedTokens = max(0, count - room)
    let kept = fromLeft ? truncatedTokens..<count : 0..<count - truncatedTokens
    if kept.isEmpty { return }
    windows = [Window(tokens: kept, words: Self.words(of: row, in: kept))]
  }

  /// Parts of whole words that share up to `stride` tokens; every word is answered in the part in
  /// which it stands furthest from an edge where the row goes on.
  ///
  /// Only of a word that is longer than the room are tokens cut.
  init(sliding row: WordTokens.Row, room: Int, stride: Int) {
    var start = 0
    while start < row.words {
      var end = start + 1
      while end < row.words, row.starts[end + 1] - row.starts[start] <= room { end += 1 }
      let first = row.starts[start]
      let tokens = first..<min(row.starts[end], first + room)
      truncatedTokens += row.starts[end] - tokens.upperBound
      if !tokens.isEmpty { windows.append(Window(tokens: tokens, words: [])) }
      if end == row.words { break }
      // The next part must hold one word more than this one.
      let shared = min(stride, room - row.tokens(end).count)
      var next = start + 1
      while next < end, row.starts[end] - row.starts[next] > shared { next += 1 }
      start = next
    }
    shareOut(row)
  }

  private mutating func shareOut(_ row: WordTokens.Row) {
    var best = [(window: Int, distance: Int)](repeating: (-1, -1), count: row.words)
    for (number, window) in windows.enumerated() {
      let goesOnLeft = window.tokens.lowerBound > 0
      let goesOnRight = window.tokens.upperBound < row.ids.count
      for word in Self.words(of: row, in: window.tokens) {
        let left = goesOnLeft ? row.starts[word] - window.tokens.lowerBound : .max
        let right = goesOnRight ? window.tokens.upperBound - row.starts[word + 1] : .max
        let distance = max(0, min(left, right))
        if distance > best[word].distance { best[word] = (number, distance) }
      }
    }
    for (word, choice) in best.enumerated() where choice.window >= 0 {
      windows[choice.window].words.append(word)
    }
  }

  /// The words of which a range of tokens holds one.
  private static func words(of row: WordTokens.Row, in range: Range<Int>) -> [Int] {
    // The first word that ends beyond the range's start.
    var (low, high) = (0, row.words)
    while low < high {
      let middle = (low + high) / 2
      if row.starts[middle + 1] <= range.lowerBound { low = middle + 1 } else { high = middle }
    }
    var words: [Int] = []
    while low < row.words, row.starts[low] < range.upperBound {
      if !row.tokens(low).isEmpty { words.append(low) }
      low += 1
    }
    return words
  }
}
