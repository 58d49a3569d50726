/// Learns a vocabulary by merging the most frequent pairs of neighbours, again and again.
///
/// Equal counts are decided by the smaller pair of ids. The queue is that of `tokenizers` in what
/// can be seen of it: an entry holds the words in which its pair was found when it was made; a
/// merge does not lower the count of its own pair; a pair that comes back has a further entry, and
/// is merged again, whereby its rank becomes the later one.
struct PairLearner {
  private(set) var vocabulary: Vocabulary
  /// The merges in the order of their ranks, each pair once.
  private(set) var merges: [(left: TokenID, right: TokenID)] = []
  private let trainer: VocabularyTrainer
  private let prefix: [UInt8]
  private let suffix: [UInt8]

  init(_ trainer: VocabularyTrainer) {
    self.trainer = trainer
    prefix = Array((trainer.continuationPrefix ?? "").utf8)
    suffix = Array((trainer.endOfWordSuffix ?? "").utf8)
    vocabulary = Vocabulary(over: [], expecting: min(trainer.size, 1 << 20))
  }

  /// Learns from counted words; `keepsBytes` says that they are bytes of byte-level models.
  mutating func learn(
    _ words: WordTable, keepsBytes: Bool, _ progress: (VocabularyTrainer.Progress) -> Void
  ) {
    for token in trainer.specialTokens { _ = id(of: Array(token.utf8)) }
    let order = words.sortedWords()
    let scalars = WordScalars(words, keepsBytes: keepsBytes)
    for scalar in alphabet(order, words, scalars) { _ = id(of: Self.bytes(of: scalar)) }
    let symbols = spell(order, words, scalars)
    merge(symbols, progress)
  }

  /// The id of a token, which is new where the vocabulary lacks it.
  private mutating func id(of token: [UInt8]) -> TokenID {
    if let id = vocabulary.id(of: token) { return id }
    let id = vocabulary.idLimit
    _ = vocabulary.insert(token, id: id)
    return TokenID(id)
  }

  private static func bytes(of scalar: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendUTF8(of: scalar)
    return bytes
  }

  // MARK: Characters

  /// The characters of words and the initial ones, by code point, less the least frequent.
  private func alphabet(_ order: [Int], _ words: WordTable, _ scalars: WordScalars) -> [UInt32] {
    var counts = [Int](repeating: 0, count: 0x11_0000)
    for word in order {
      scalars.forEach(in: word) { counts[Int($0)] += words.counts[word] }
    }
    for scalar in trainer.initialAlphabet { counts[Int(scalar.value)] = .max }
    let seen = (0..<UInt32(counts.count)).filter { counts[Int($0)] > 0 }
    guard let limit = trainer.alphabetLimit, seen.count > limit else { return seen }
    return seen.sorted { one, other in
      let (first, second) = (counts[Int(one)], counts[Int(other)])
      return first == second ? one < other : first > second
    }.prefix(limit).sorted()
  }

  /// Words as ids of their characters, marked by their place; those outside the alphabet are left
  /// out.
  private mutating func spell(
    _ order: [Int], _ words: WordTable, _ scalars: WordScalars
  ) -> WordSymbols {
    var result = WordSymbols()
    var known: [UInt32: TokenID?] = [:]
    var characters: [UInt32] = []
    var symbols: [TokenID] = []
    for word in order {
      characters.removeAll(keepingCapacity: true)
      symbols.removeAll(keepingCapacity: true)
      scalars.forEach(in: word) { characters.append($0) }
      for (place, scalar) in characters.enumerated() {
        let isMarked = place > 0 && !prefix.isEmpty
        let isLast = place == characters.count - 1 && !suffix.isEmpty
        let key = scalar << 2 | (isMarked ? 1 : 0) | (isLast ? 2 : 0)
        if let id = known[key] {
          if let id { symbols.append(id) }
          continue
        }
        let character = Self.bytes(of: scalar)
        let isKnown = vocabulary.id(of: character) != nil
        let id =
          isKnown
          ? id(of: (isMarked ? prefix : []) + character + (isLast ? suffix : [])) : nil
        known[key] = .some(id)
        if let id { symbols.append(id) }
      }
      result.append(symbols, count: words.counts[word])
    }
    return result
  }

  // MARK: Merging

  private mutating func merge(
    _ symbols: WordSymbols, _ progress: (VocabularyTrainer.Progress) -> Void
  ) {
    var symbols = symbols
    var pairs = PairCounts()
    var queue = PairQueue()
    var lists: [[Int32]] = []
    var merged: [UInt64] = []
    let longest = trainer.maximumTokenLength ?? .max
    symbols.count(into: &pairs)
    Self.enqueue(&pairs, &queue, &lists)
    while vocabulary.count < trainer.size, var top = queue.pop() {
      // A count below zero, which lengths can bring about, comes first, as a huge one.
      let count = UInt64(bitPattern: Int64(pairs.counts[top.index]))
      guard top.count == count else {
        top.count = count
        queue.push(top)
        continue
      }
      if count < 1 || count < UInt64(trainer.minimumFrequency) { break }
      let left = TokenID(truncatingIfNeeded: top.pair >> 32)
      let right = TokenID(truncatingIfNeeded: top.pair)
      let token = id(of: joined(left, right))
      merged.append(top.pair)
      var words: [Int32] = []
      swap(&words, &lists[top.words])
      for word in words {
        symbols.merge(left, right, into: token, in: word, longest: longest, &pairs)
      }
      Self.enqueue(&pairs, &queue, &lists)
      if merged.count % 256 == 0 {
        progress(.merging(tokens: vocabulary.count, of: trainer.size))
      }
    }
    progress(.merging(tokens: vocabulary.count, of: trainer.size))
    setMerges(merged)
  }

  private static func enqueue(
    _ pairs: inout PairCounts, _ queue: inout PairQueue, _ lists: inout [[Int32]]
  ) {
    let counts = pairs.counts
    pairs.takeGained { index, pair, words in
      guard counts[index] > 0 else { return }
      queue.push(.init(count: UInt64(counts[index]), pair: pair, index: index, words: lists.count))
      lists.append(words)
    }
  }

  /// Two tokens as one: the mark of the second one goes.
  private func joined(_ left: TokenID, _ right: TokenID) -> [UInt8] {
    let first = vocabulary.token(of: left) ?? []
    let second = vocabulary.token(of: right) ?? []
    return Array(first)
      + (second.starts(with: prefix) ? second.dropFirst(prefix.count) : second)
  }

  /// Keeps each pair's last rank.
  private mutating func setMerges(_ merged: [UInt64]) {
    var seen: Set<UInt64> = []
    for pair in merged.reversed() where seen.insert(pair).inserted {
      merges.append(
        (TokenID(truncatingIfNeeded: pair >> 32), TokenID(truncatingIfNeeded: pair)))
    }
    merges.reverse()
  }

  // MARK: The model

  /// What was learnt as a model.
  func model() throws(TokenizersError) -> Model {
    let name = VocabularyTrainer.name
    if trainer.model == .wordPiece {
      return .wordPiece(
        try WordPiece(
          vocabulary: vocabulary, unknown: trainer.unknownToken ?? "",
          prefix: trainer.continuationPrefix ?? "", longestWord: 100, file: name))
    }
    let settings = BytePair.Settings(
      unknown: trainer.unknownToken, continuationPrefix: trainer.continuationPrefix,
      endOfWordSuffix: trainer.endOfWordSuffix)
    return .bytePair(
      try BytePair(vocabulary: vocabulary, settings: settings, file: name) {
        (builder) throws(TokenizersError) in
        for merge in merges {
          _ = try builder.add(
            vocabulary.token(of: merge.left) ?? [], vocabulary.token(of: merge.right) ?? [])
        }
      })
  }
}
