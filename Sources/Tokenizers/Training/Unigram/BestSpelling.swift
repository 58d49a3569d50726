/// The most probable way to spell a word in pieces: Viterbi's algorithm.
struct BestSpelling: Sendable {
  /// By place, the score of the best way there, and the arc by which it arrives.
  private var scores: [Double] = []
  private var arrivals: [PieceLattice.Arc] = []

  /// The score of the best way through a stretch of a word; of equal ones the first found stays.
  ///
  /// `whole` says whether the stretch may be one piece; nil where there is no other way.
  mutating func find(
    _ lattice: PieceLattice, _ stretch: Range<Int>, pieceScores: [Double], whole: Bool
  ) -> Double? {
    let length = stretch.count
    let missing = length + 1 - scores.count
    if missing > 0 {
      scores.append(contentsOf: repeatElement(0, count: missing))
      let none = PieceLattice.Arc(piece: 0, length: 0)
      arrivals.append(contentsOf: repeatElement(none, count: missing))
    }
    for place in 0...length { scores[place] = -.infinity }
    scores[0] = 0
    for place in 0..<length {
      let score = scores[place]
      let first = lattice.offsets[stretch.lowerBound + place]
      for index in first..<lattice.offsets[stretch.lowerBound + place + 1] {
        let arc = lattice.arcs[index]
        let end = place + arc.length
        // Shorter arcs come first.
        if end > length || !whole && arc.length == length { break }
        let candidate = score + pieceScores[arc.piece]
        if candidate > scores[end] {
          scores[end] = candidate
          arrivals[end] = arc
        }
      }
    }
    return scores[length] == -.infinity ? nil : scores[length]
  }

  /// Hands out the pieces of the way that was found last, from its end.
  func forEachPiece(from length: Int, _ body: (Int) -> Void) {
    var place = length
    while place > 0 {
      body(arrivals[place].piece)
      place -= arrivals[place].length
    }
  }

  /// How often each piece is in the best spellings of all words.
  static func counts(in lattice: PieceLattice, pieceScores: [Double], threads: Int) -> [Int] {
    let text = lattice.text
    let start = (
      spelling: BestSpelling(), counts: [Int](repeating: 0, count: pieceScores.count)
    )
    let parts = ParallelChunks.run(text.counts.count, chunk: 256, threads: threads, state: start) {
      words, part in
      for word in words {
        let range = text.range(of: word)
        let count = text.counts[word]
        guard
          part.spelling.find(lattice, range, pieceScores: pieceScores, whole: true) != nil
        else { continue }
        part.spelling.forEachPiece(from: range.count) { part.counts[$0] += count }
      }
    }
    return pieceScores.indices.map { piece in parts.reduce(0) { $0 + $1.counts[piece] } }
  }
}
