/// The distinct words of a corpus as one row of symbols, with what ends a word behind each.
struct WordText: Sendable {
  /// A scalar's value plus one; ``end`` behind each word, and some more behind the last.
  private(set) var symbols: [UInt32] = []
  /// How often each word is there.
  private(set) var counts: [Int] = []
  /// Where each word starts, and where one more word would.
  private var starts = [0]

  /// What stands behind each word.
  static let end: UInt32 = 0

  /// How many symbols may be read beyond the last word's end.
  static let padding = 3

  /// Takes words in the order of their bytes, which does not depend on how they were counted.
  ///
  /// - Throws: ``TokenizersError`` of code `tooManyWords` when places do not fit in 32 bits.
  init(_ words: WordTable, keepsBytes: Bool) throws(TokenizersError) {
    guard words.bytes.count + words.count < Int(Int32.max) else {
      throw TokenizersError(
        .tooManyWords,
        """
        The distinct words have \(words.bytes.count) bytes; almost 2 GiB is the most that Unigram \
        is trained on. Split texts into smaller words with a pre-tokenizer, or give fewer texts.
        """)
    }
    symbols.reserveCapacity(words.bytes.count + words.count + Self.padding)
    let scalars = WordScalars(words, keepsBytes: keepsBytes)
    for word in words.sortedWords() where !words.range(of: word).isEmpty {
      scalars.forEach(in: word) { symbols.append($0 + 1) }
      symbols.append(Self.end)
      starts.append(symbols.count)
      counts.append(words.counts[word])
    }
    symbols.append(contentsOf: repeatElement(Self.end, count: Self.padding))
  }

  /// Where a word lies in ``symbols``, without what ends it.
  func range(of word: Int) -> Range<Int> {
    starts[word]..<starts[word + 1] - 1
  }

  /// How many characters the texts have, each word as often as it is there.
  var characters: Int {
    counts.indices.reduce(0) { $0 + counts[$1] * range(of: $1).count }
  }

  /// How often each scalar is in the texts, in the order of code points.
  func countedScalars() -> [(scalar: UInt32, count: Int)] {
    var found = [Int](repeating: 0, count: 0x11_0001)
    for word in counts.indices {
      for place in range(of: word) { found[Int(symbols[place])] += counts[word] }
    }
    return found.indices.compactMap { symbol in
      found[symbol] > 0 ? (UInt32(symbol - 1), found[symbol]) : nil
    }
  }

  /// A stretch of a word in UTF-8.
  func bytes(at place: Int, length: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for symbol in symbols[place..<place + length] { bytes.appendUTF8(of: symbol - 1) }
    return bytes
  }
}
