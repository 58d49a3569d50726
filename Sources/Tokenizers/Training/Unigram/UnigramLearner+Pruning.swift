extension UnigramLearner {
  /// What is to become of a piece.
  private enum Fate: Sendable {
    /// It cannot be spelt otherwise.
    case stays
    /// No best spelling of a word has it.
    case goes
    /// The words lose so much likelihood without it.
    case costs(Double)
  }

  /// The counts of pieces in the best spellings of all words.
  private struct Counts: Sendable {
    let pieces: [Int]
    /// The sums of all pieces and of all words, each as often as it is there.
    let sum: Double
    let words: Double
  }

  /// Takes away the pieces whose loss costs least likelihood: a share of all, but no more than
  /// leaves the ``target``.
  ///
  /// The loss is told from the best spellings, as if each word with the piece took the piece's own
  /// second best spelling instead.
  mutating func prune() {
    let words = lattice.text.counts.reduce(0, +)
    let best = BestSpelling.counts(in: lattice, pieceScores: scores, threads: trainer.threads)
    let counts = Counts(pieces: best, sum: Double(best.reduce(0, +)), words: Double(words))
    let fates = fates(counts)
    var kept: [Int] = []
    var candidates: [(piece: Int, loss: Double)] = []
    for (offset, fate) in fates.enumerated() {
      switch fate {
      case .stays: kept.append(offset + 1)
      case .goes: continue
      case .costs(let loss): candidates.append((offset + 1, loss))
      }
    }
    candidates.sort { $0.loss == $1.loss ? $0.piece < $1.piece : $0.loss > $1.loss }
    let size = max(target, Int(Double(pieces.count) * trainer.shrinkingFactor))
    // What stands for the unknown counts among them.
    let room = max(0, size - kept.count - 1)
    keep(kept + candidates.prefix(room).map(\.piece))
  }

  /// The fates of all pieces but what stands for the unknown.
  private func fates(_ counts: Counts) -> [Fate] {
    let start = (spelling: BestSpelling(), found: [(first: Int, fates: [Fate])]())
    let parts = ParallelChunks.run(
      pieces.count - 1, chunk: 1024, threads: trainer.threads, state: start
    ) { offsets, part in
      let fates = offsets.map { fate(of: $0 + 1, counts, &part.spelling) }
      part.found.append((offsets.lowerBound, fates))
    }
    return parts.flatMap(\.found).sorted { $0.first < $1.first }.flatMap(\.fates)
  }

  private func fate(of piece: Int, _ counts: Counts, _ spelling: inout BestSpelling) -> Fate {
    let place = Int(pieces[piece].place)
    let stretch = place..<place + Int(pieces[piece].length)
    let other = spelling.find(lattice, stretch, pieceScores: scores, whole: false)
    guard let other else { return .stays }
    let count = Double(counts.pieces[piece])
    if count == 0 { return .goes }
    // Not even its own best spelling: it stays only where a tie gave it to a word.
    if other > scores[piece] { return .stays }
    var parts = 0.0
    var sumOfLogarithms = 0.0
    spelling.forEachPiece(from: stretch.count) { part in
      parts += 1
      sumOfLogarithms += RealFunctions.logarithm(Double(counts.pieces[part]) + count)
    }
    let logarithm = RealFunctions.logarithm(count) - RealFunctions.logarithm(counts.sum)
    let otherLogarithm =
      sumOfLogarithms - parts * RealFunctions.logarithm(counts.sum + count * (parts - 1))
    return .costs(count / counts.words * (logarithm - otherLogarithm))
  }
}
