/// Byte-pair encoding at work on one thread, with the words it has spelt before.
final class BytePairSpeller: WordSpeller {
  private let model: BytePair
  /// Whether words are raw bytes, each of which stands for a character of ``ByteLevel``.
  private let spellsBytes: Bool
  private let spaceSign = Array("\u{2581}".utf8)
  private var cache = WordCache()
  private var symbols = MergeSymbols()
  private var token: [UInt8] = []
  private(set) var lacksUnknownToken = false

  init(_ model: BytePair, spellsBytes: Bool) {
    self.model = model
    self.spellsBytes = spellsBytes
  }

  func spell(_ word: Span<UInt8>, _ range: Range<Int>, into pieces: inout [Piece]) {
    lacksUnknownToken = false
    if model.settings.ignoresMerges, let id = wholeToken(word, range) {
      pieces.append(Piece(id: id, end: range.count))
      return
    }
    guard !spellsBytes, model.splitsBeforeSpaceSign else {
      return spellCached(word, range, 0, into: &pieces)
    }
    let first = pieces.count
    var start = range.lowerBound
    while start < range.upperBound {
      let end = partEnd(word, start, range.upperBound)
      // What is left out for want of an unknown token does not count, as with `tokenizers`.
      let shift = pieces.count > first ? pieces[pieces.count - 1].end : 0
      spellCached(word, start..<end, shift, into: &pieces)
      start = end
    }
  }

  private func wholeToken(_ word: Span<UInt8>, _ range: Range<Int>) -> TokenID? {
    let id =
      spellsBytes
      ? model.byteVocabulary?.find(word, range.lowerBound, range.upperBound) ?? -1
      : model.vocabulary.find(word, range.lowerBound, range.upperBound)
    return id < 0 ? nil : id
  }

  /// The end of a run of space signs and of what follows up to the next.
  private func partEnd(_ word: Span<UInt8>, _ start: Int, _ upper: Int) -> Int {
    func isSign(_ position: Int) -> Bool {
      position + 3 <= upper && word[position] == spaceSign[0]
        && word[position + 1] == spaceSign[1] && word[position + 2] == spaceSign[2]
    }
    var position = start
    while isSign(position) { position += 3 }
    while position < upper, !isSign(position) { position += 1 }
    return position
  }

  private func spellCached(
    _ word: Span<UInt8>, _ range: Range<Int>, _ shift: Int, into pieces: inout [Piece]
  ) {
    guard range.count <= WordCache.longestWord else {
      return spellAnew(word, range, shift, into: &pieces)
    }
    let hash = WordCache.hash(word, range)
    if cache.appendPieces(of: word, range, hash, shift, to: &pieces) { return }
    let first = pieces.count
    spellAnew(word, range, shift, into: &pieces)
    if lacksUnknownToken { return }
    cache.insert(word, range, hash, pieces[first...], shift)
  }

  private func spellAnew(
    _ word: Span<UInt8>, _ range: Range<Int>, _ shift: Int, into pieces: inout [Piece]
  ) {
    symbols.removeAll()
    if spellsBytes { addBytes(word, range) } else { addScalars(word, range) }
    symbols.merge(by: model.merges)
    symbols.appendPieces(shift, to: &pieces)
  }

  private func addBytes(_ word: Span<UInt8>, _ range: Range<Int>) {
    var unknownLength = 0
    for index in range {
      let id = model.tokensOfBytes[Int(word[index])]
      add(id, 1, &unknownLength)
    }
    flushUnknown(&unknownLength)
  }

  private func addScalars(_ word: Span<UInt8>, _ range: Range<Int>) {
    let prefix = model.settings.continuationPrefix.map { Array($0.utf8) }
    let suffix = model.settings.endOfWordSuffix.map { Array($0.utf8) }
    let isPlain = !model.settings.marksTokens
    var unknownLength = 0
    var position = range.lowerBound
    while position < range.upperBound {
      let byte = word[position]
      let end = word.scalar(at: position).end
      var id: TokenID
      if isPlain {
        id =
          byte < 0x80 ? model.tokensOfASCII[Int(byte)] : model.vocabulary.find(word, position, end)
      } else {
        token.removeAll(keepingCapacity: true)
        if let prefix, position > range.lowerBound { token += prefix }
        for index in position..<end { token.append(word[index]) }
        if let suffix, end == range.upperBound { token += suffix }
        id = model.vocabulary.find(token.span, 0, token.count)
      }
      if id < 0, model.settings.fallsBackToBytes, addFallback(word, position..<end) {
        // An unknown token that is pending comes after these, as it does with `tokenizers`.
        position = end
        continue
      }
      add(id, end - position, &unknownLength)
      position = end
    }
    flushUnknown(&unknownLength)
  }

  private func addFallback(_ word: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range where model.fallbackTokens[Int(word[index])] < 0 { return false }
    for index in range { symbols.append(model.fallbackTokens[Int(word[index])], length: 1) }
    return true
  }

  /// Adds a symbol, or keeps an unknown one back until it is clear how long it is.
  private func add(_ id: TokenID, _ length: Int, _ unknownLength: inout Int) {
    if id >= 0 {
      flushUnknown(&unknownLength)
      symbols.append(id, length: length)
    } else if model.unknown != nil {
      if !model.settings.fusesUnknown { flushUnknown(&unknownLength) }
      unknownLength += length
    } else if model.settings.unknown != nil {
      lacksUnknownToken = true
    }
  }

  private func flushUnknown(_ length: inout Int) {
    guard length > 0, let unknown = model.unknown else { return }
    symbols.append(unknown.id, length: length)
    length = 0
  }
}
