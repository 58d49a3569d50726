/// The unigram language model: of all ways to spell a word in tokens, the one with the highest sum
/// of scores (logarithms of probabilities).
///
/// A scalar that no token covers alone may be an unknown token of the lowest score less 10;
/// neighbouring ones become one. Kudo, "Subword regularization" (2018); SentencePiece's optimised
/// encoder, with the ties of Hugging Face's `tokenizers`.
struct Unigram: Sendable {
  let vocabulary: Vocabulary
  /// By id, the logarithm of the token's probability.
  let scores: [Double]
  /// Stands for what cannot be spelt; nil if the file names none.
  let unknown: SpecialTokens.Token?
  /// Whether what cannot be spelt becomes tokens of its bytes where the vocabulary has them all.
  let hasByteFallback: Bool

  private let trie: ByteTrie
  private let unknownScore: Double
  /// The tokens of bytes; -1 for bytes without one.
  private let byteTokens: [TokenID]

  /// What is taken from the lowest score for a scalar that no token covers.
  private static let unknownPenalty = 10.0

  init(
    vocabulary: Vocabulary, scores: [Double], unknown: TokenID?, hasByteFallback: Bool
  ) {
    self.vocabulary = vocabulary
    self.scores = scores
    self.unknown = unknown.flatMap { id in
      vocabulary.token(of: id).map { .init(content: String(decoding: $0, as: UTF8.self), id: id) }
    }
    self.hasByteFallback = hasByteFallback
    unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
    byteTokens = hasByteFallback ? ByteToken.ids(in: vocabulary) : []
    trie = ByteTrie(of: vocabulary)
  }

  /// What the search knows of a place between bytes: the best way there.
  fileprivate struct Place {
    var score = 0.0
    var id: TokenID = -1
    /// Where the last token of that way starts; -1 if the place is not reached.
    var start: Int32 = -1

    /// Whether a way of this score is better; of equal ones the first found stays.
    @inline(__always)
    func isImproved(by candidate: Double) -> Bool {
      start < 0 || candidate > score
    }

    @inline(__always)
    mutating func improve(_ candidate: Double, _ id: TokenID, from start: Int) {
      guard isImproved(by: candidate) else { return }
      score = candidate
      self.id = id
      self.start = Int32(truncatingIfNeeded: start)
    }
  }

  /// Room for a search, used again.
  struct Workspace {
    fileprivate var places: [Place] = []
  }

  /// Appends the tokens of a word, whose places count from the range's start.
  ///
  /// Returns false, with nothing appended, if something is unknown and there is no token for that.
  func spell(
    _ word: Span<UInt8>, _ range: Range<Int>, _ workspace: inout Workspace,
    into pieces: inout [Piece]
  ) -> Bool {
    guard search(word, range, &workspace) else { return false }
    let first = pieces.count
    // The way is read from its end; unknown neighbours gather until a known token ends them.
    var end = range.count
    var unknownEnd = -1
    while end > 0 {
      let place = workspace.places[end]
      if place.id == unknown?.id {
        if unknownEnd < 0 { unknownEnd = end }
      } else {
        if unknownEnd >= 0 { appendUnknown(word, range, end..<unknownEnd, to: &pieces) }
        unknownEnd = -1
        pieces.append(Piece(id: place.id, end: end))
      }
      end = Int(place.start)
    }
    if unknownEnd >= 0 { appendUnknown(word, range, 0..<unknownEnd, to: &pieces) }
    pieces[first...].reverse()
    return true
  }

  /// Finds the best way to each place between scalars.
  private func search(
    _ word: Span<UInt8>, _ range: Range<Int>, _ workspace: inout Workspace
  ) -> Bool {
    let length = range.count
    let missing = length + 1 - workspace.places.count
    if missing > 0 { workspace.places.append(contentsOf: repeatElement(Place(), count: missing)) }
    for index in 0...length { workspace.places[index] = Place() }
    var start = 0
    while start < length {
      let scalarEnd = start + word.scalarLength(at: range.lowerBound + start)
      let score = workspace.places[start].score
      var isCovered = false
      var node = ByteTrie.root
      var end = start
      while end < length, let child = trie.child(of: node, at: word[range.lowerBound + end]) {
        node = child
        end += 1
        let id = trie.value(of: node)
        if id < 0 { continue }
        if end == scalarEnd { isCovered = true }
        workspace.places[end].improve(score + scores[Int(id)], id, from: start)
      }
      if !isCovered, workspace.places[scalarEnd].isImproved(by: score + unknownScore) {
        guard let unknown else { return false }
        workspace.places[scalarEnd].improve(score + unknownScore, unknown.id, from: start)
      }
      start = scalarEnd
    }
    return true
  }

  /// Appends what stands for unknown bytes, the last first.
  private func appendUnknown(
    _ word: Span<UInt8>, _ range: Range<Int>, _ part: Range<Int>, to pieces: inout [Piece]
  ) {
    let lower = range.lowerBound + part.lowerBound
    let upper = range.lowerBound + part.upperBound
    func append(_ id: TokenID, start: Int? = nil) {
      pieces.append(Piece(id: id, start: start, end: part.upperBound))
    }
    let known = vocabulary.find(word, lower, upper)
    if known >= 0 { return append(known) }
    if hasByteFallback, (lower..<upper).allSatisfy({ byteTokens[Int(word[$0])] >= 0 }) {
      // Each of them stands for all of the bytes.
      for index in (lower..<upper).reversed() {
        append(byteTokens[Int(word[index])], start: part.lowerBound)
      }
    } else if let unknown {
      append(unknown.id)
    }
  }
}

/// The tokens that stand for single bytes: `<0x00>` to `<0xFF>`.
enum ByteToken {
  /// How the token of a byte is written.
  static func content(of byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "<0x" + (digits.utf8.count < 2 ? "0" : "") + digits + ">"
  }

  /// The ids of all 256; -1 for those that a vocabulary lacks.
  static func ids(in vocabulary: Vocabulary) -> [TokenID] {
    (0...UInt8.max).map { vocabulary.id(of: content(of: $0).utf8) ?? -1 }
  }
}

extension Span<UInt8> {
  /// How many bytes the scalar has that starts at a position of valid UTF-8.
  @inline(__always)
  fileprivate func scalarLength(at position: Int) -> Int {
    let byte = self[position]
    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
  }
}
