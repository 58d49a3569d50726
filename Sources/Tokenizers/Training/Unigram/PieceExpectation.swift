/// How often each piece is to be expected in words, over all ways to spell them: the E-step of
/// expectation-maximisation, by the forward-backward algorithm.
///
/// Rabiner, "A tutorial on hidden Markov models" (1989). Probabilities are kept, not logarithms:
/// where those of a long word become too small, all that are still open are raised together.
struct PieceExpectation: Sendable {
  /// Expected counts by piece, in units of 1 / ``scale``: sums of whole numbers do not depend on
  /// their order, and so not on threads.
  private var counts: [Int64]
  private let scale: Double
  /// By place of the word, the probability of the ways there, raised so often by ``raise``.
  private var forward: [Double] = []
  private var raised: [Int32] = []
  /// By place, the share of ways that pass there, over ``forward``.
  private var backward: [Double] = []

  /// Below this, probabilities are raised; and how they are: powers of two, without rounding.
  private static let low = 0x1p-500
  private static let raise = 0x1p500
  /// Places reached with less are passed over; ways by others have all but nothing of the sum.
  private static let nothing = 0x1p-1000

  private init(pieces: Int, characters: Int) {
    counts = [Int64](repeating: 0, count: pieces)
    // No word has more pieces than characters, so that no sum can overflow.
    let bits = Int.bitWidth - characters.leadingZeroBitCount
    scale = Double(sign: .plus, exponent: min(30, 62 - bits), significand: 1)
  }

  /// The expected counts of pieces whose probabilities are given.
  static func counts(
    in lattice: PieceLattice, probabilities: [Double], threads: Int
  ) -> [Double] {
    let text = lattice.text
    let start = PieceExpectation(pieces: probabilities.count, characters: text.characters)
    let parts = ParallelChunks.run(text.counts.count, chunk: 256, threads: threads, state: start) {
      words, part in
      for word in words {
        part.add(lattice, text.range(of: word), count: text.counts[word], probabilities)
      }
    }
    return probabilities.indices.map { piece in
      Double(parts.reduce(0) { $0 + $1.counts[piece] }) / start.scale
    }
  }

  /// Adds a word that is there so many times.
  private mutating func add(
    _ lattice: PieceLattice, _ word: Range<Int>, count: Int, _ probabilities: [Double]
  ) {
    let missing = word.count + 1 - forward.count
    if missing > 0 {
      forward.append(contentsOf: repeatElement(0, count: missing))
      backward.append(contentsOf: repeatElement(0, count: missing))
      raised.append(contentsOf: repeatElement(0, count: missing))
    }
    goForward(lattice, word, probabilities)
    goBackward(lattice, word, probabilities, times: Double(count) * scale)
  }

  private mutating func goForward(
    _ lattice: PieceLattice, _ word: Range<Int>, _ probabilities: [Double]
  ) {
    forward[0] = 1
    for place in 1...word.count { forward[place] = 0 }
    var level: Int32 = 0
    for place in 0..<word.count {
      if forward[place] < Self.low, raise(from: place, to: min(place + lattice.longest, word.count))
      {
        level += 1
      }
      raised[place] = level
      let probability = forward[place]
      let first = lattice.offsets[word.lowerBound + place]
      for index in first..<lattice.offsets[word.lowerBound + place + 1] {
        let arc = lattice.arcs[index]
        forward[place + arc.length] += probability * probabilities[arc.piece]
      }
    }
    raised[word.count] = level
  }

  /// Raises the places that can be reached so far, unless one is large enough: then the others have
  /// next to nothing beside it.
  private mutating func raise(from first: Int, to last: Int) -> Bool {
    for place in first...last where forward[place] >= Self.low { return false }
    for place in first...last { forward[place] *= Self.raise }
    return true
  }

  private mutating func goBackward(
    _ lattice: PieceLattice, _ word: Range<Int>, _ probabilities: [Double], times: Double
  ) {
    backward[word.count] = 1 / forward[word.count]
    for place in (0..<word.count).reversed() {
      backward[place] = 0
      let probability = forward[place]
      if probability < Self.nothing { continue }
      var sum = 0.0
      let first = lattice.offsets[word.lowerBound + place]
      for index in first..<lattice.offsets[word.lowerBound + place + 1] {
        let arc = lattice.arcs[index]
        let end = place + arc.length
        var share = probability * probabilities[arc.piece]
        if raised[end] != raised[place] {
          let exponent = Self.raise.exponent * Int(raised[end] - raised[place])
          share *= Double(sign: .plus, exponent: exponent, significand: 1)
        }
        share *= backward[end]
        sum += share
        counts[arc.piece] += Int64(share * times + 0.5)
      }
      backward[place] = sum / probability
    }
  }
}
