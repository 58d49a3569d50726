/// Learns the pieces of a unigram model: seeds are the substrings that make up most of the words;
/// expectation-maximisation gives them probabilities, and those that cost least likelihood are
/// taken away, until the vocabulary has its size.
///
/// Kudo, "Subword regularization" (2018), with the settings of `tokenizers`; the M-step is that of
/// Liang and Klein, "Structured Bayesian nonparametric models with variational inference" (2007),
/// a prior that favours few pieces.
struct UnigramLearner {
  let trainer: VocabularyTrainer
  var lattice: PieceLattice
  /// By number, where a piece is in the text; the first stands for what is unknown.
  var pieces: [PieceLattice.Piece]
  /// By number, the logarithm of a piece's probability.
  var scores: [Double]
  /// How often each scalar is in the texts, in the order of code points.
  private let counted: [(scalar: UInt32, count: Int)]

  /// Seeds at most; `tokenizers` and SentencePiece take as many.
  private static let seeds = 1_000_000
  /// What is taken from the lowest score for a character that is no piece any more.
  private static let unknownPenalty = 10.0
  /// A piece that is to be expected less often than this goes.
  private static let leastExpected = 0.5
  /// What the score of a character that was lost is above the one before it.
  private static let lostStep = 0.0001

  /// How many pieces may be left when pruning ends: a tenth more than are asked for.
  var target: Int { trainer.size * 11 / 10 }

  /// Finds the seeds in counted words; `keepsBytes` says that they are bytes of byte-level models.
  ///
  /// - Throws: ``TokenizersError`` where there is nothing to learn from, or where the vocabulary
  ///   has no room for all characters.
  init(_ trainer: VocabularyTrainer, _ words: WordTable, keepsBytes: Bool) throws(TokenizersError) {
    let text = try WordText(words, keepsBytes: keepsBytes)
    self.trainer = trainer
    counted = text.countedScalars()
    guard !counted.isEmpty else {
      throw TokenizersError(
        .invalidVocabulary,
        "The texts have no words, so that Unigram has nothing to learn from. Give other texts.")
    }
    try Self.checkRoom(trainer, counted.map(\.scalar))
    let longest = trainer.maximumTokenLength ?? PieceLattice.longestPiece
    let repeated = RepeatedSubstrings(text, longest: longest)
    let characters = counted.sorted {
      $0.count == $1.count ? $0.scalar > $1.scalar : $0.count > $1.count
    }
    let room = min(Self.seeds, PieceLattice.pieceLimit - 1) - characters.count
    let substrings = repeated.best(max(1, room))
    let numbers = characters.enumerated().map { ($0.element.scalar, $0.offset + 1) }
    lattice = PieceLattice(
      text, longest: longest, characters: Dictionary(uniqueKeysWithValues: numbers),
      substrings: substrings, firstSubstring: characters.count + 1, order: repeated.order)
    pieces =
      [.init(place: 0, length: 1)] + Self.places(of: characters.map(\.scalar), in: text)
      + substrings.map {
        .init(place: Int32(repeated.order[$0.suffixes.lowerBound]), length: Int32($0.length))
      }
    let weights = characters.map(\.count) + substrings.map(\.score)
    let sum = RealFunctions.logarithm(weights.reduce(0) { $0 + Double($1) })
    scores = [0] + weights.map { RealFunctions.logarithm(Double($0)) - sum }
    setUnknownScore()
  }

  /// Refuses a size that does not hold the special tokens and every character.
  private static func checkRoom(
    _ trainer: VocabularyTrainer, _ scalars: [UInt32]
  ) throws(TokenizersError) {
    let characters = Set(scalars).union(trainer.initialAlphabet.map(\.value)).count
    let special = Set(trainer.specialTokens).count
    guard characters + special <= trainer.size else {
      throw TokenizersError(
        .invalidOption,
        """
        The vocabulary's size is \(trainer.size), but Unigram keeps all \(characters) characters \
        of the texts and of the initial alphabet, and \(special) special tokens: the size must be \
        \(characters + special) or more.
        """)
    }
  }

  /// Where each scalar is found first.
  private static func places(of scalars: [UInt32], in text: WordText) -> [PieceLattice.Piece] {
    var first: [UInt32: Int] = [:]
    for (place, symbol) in text.symbols.enumerated()
    where symbol != WordText.end && first[symbol] == nil {
      first[symbol] = place
    }
    return scalars.map { .init(place: Int32(first[$0 + 1] ?? 0), length: 1) }
  }

  /// Runs the rounds of expectation, maximisation and pruning.
  mutating func learn(_ progress: (VocabularyTrainer.Progress) -> Void) {
    while true {
      for _ in 0..<trainer.iterationsPerPruning { maximize() }
      progress(.pruning(pieces: pieces.count - 1, target: trainer.size))
      let count = pieces.count
      if count <= target { return }
      prune()
      if pieces.count >= count { return }
    }
  }

  /// The E-step and the M-step.
  private mutating func maximize() {
    let expected = PieceExpectation.counts(
      in: lattice, probabilities: scores.map { RealFunctions.exponential($0) },
      threads: trainer.threads)
    let kept = expected.indices.dropFirst().filter { expected[$0] >= Self.leastExpected }
    // So few characters that nothing can be told from them.
    if kept.isEmpty { return }
    let sum = RealFunctions.digamma(kept.reduce(0) { $0 + expected[$1] })
    for piece in kept { scores[piece] = RealFunctions.digamma(expected[piece]) - sum }
    keep(kept)
  }

  /// Keeps these pieces, in their order, and what stands for the unknown.
  mutating func keep(_ kept: [Int]) {
    var numbers = [Int32](repeating: -1, count: pieces.count)
    numbers[PieceLattice.unknown] = 0
    for (number, piece) in kept.enumerated() { numbers[piece] = Int32(number + 1) }
    let unknown = [PieceLattice.unknown]
    pieces = (unknown + kept).map { pieces[$0] }
    scores = (unknown + kept).map { scores[$0] }
    setUnknownScore()
    lattice.renumber(numbers)
  }

  private mutating func setUnknownScore() {
    scores[PieceLattice.unknown] = (scores.dropFirst().min() ?? 0) - Self.unknownPenalty
  }

  // MARK: The vocabulary

  /// The tokens and their scores: special ones, then every character and the best pieces, by score.
  func vocabulary() -> (tokens: Vocabulary, scores: [Double]) {
    var vocabulary = Vocabulary(over: [], expecting: min(trainer.size, 1 << 20))
    var tokenScores: [Double] = []
    func add(_ token: [UInt8], _ score: Double) {
      if vocabulary.id(of: token) != nil { return }
      _ = vocabulary.insert(token, id: vocabulary.idLimit)
      tokenScores.append(score)
    }
    for token in trainer.specialTokens { add(Array(token.utf8), 0) }
    var chosen = characters().filter { vocabulary.id(of: $0.token) == nil }
    let room = trainer.size - vocabulary.count - chosen.count
    let learnt = pieces.indices.dropFirst().lazy
      .filter { pieces[$0].length > 1 }
      .map { (token: token(of: $0), score: scores[$0]) }
      .filter { vocabulary.id(of: $0.token) == nil }
    chosen.append(contentsOf: learnt.prefix(max(0, room)))
    let order = chosen.indices.sorted { one, other in
      chosen[one].score == chosen[other].score
        ? one < other : chosen[one].score > chosen[other].score
    }
    for index in order { add(chosen[index].token, chosen[index].score) }
    return (vocabulary, tokenScores)
  }

  private func token(of piece: Int) -> [UInt8] {
    lattice.text.bytes(at: Int(pieces[piece].place), length: Int(pieces[piece].length))
  }

  /// Every character of the texts and of the initial alphabet, by code point, with its score.
  private func characters() -> [(token: [UInt8], score: Double)] {
    var known: [UInt32: Double] = [:]
    for piece in pieces.indices.dropFirst() where pieces[piece].length == 1 {
      known[lattice.text.symbols[Int(pieces[piece].place)] - 1] = scores[piece]
    }
    let lowest = scores.dropFirst().min() ?? 0
    var lost = 0.0
    let scalars = Set(counted.map(\.scalar)).union(trainer.initialAlphabet.map(\.value))
    return scalars.sorted().map { scalar in
      var token: [UInt8] = []
      token.appendUTF8(of: scalar)
      if let score = known[scalar] { return (token, score) }
      defer { lost += Self.lostStep }
      return (token, lowest + lost)
    }
  }
}
