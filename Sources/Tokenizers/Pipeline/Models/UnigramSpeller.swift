/// A ``Unigram`` model at work on one thread, with the words it has spelt before.
final class UnigramSpeller: WordSpeller {
  private let model: Unigram
  private var workspace = Unigram.Workspace()
  private var cache = WordCache()
  private(set) var lacksUnknownToken = false

  init(_ model: Unigram) {
    self.model = model
  }

  func spell(_ word: Span<UInt8>, _ range: Range<Int>, into pieces: inout [Piece]) {
    guard range.count <= WordCache.longestWord else {
      lacksUnknownToken = !model.spell(word, range, &workspace, into: &pieces)
      return
    }
    lacksUnknownToken = false
    let hash = WordCache.hash(word, range)
    if cache.appendPieces(of: word, range, hash, 0, to: &pieces) { return }
    let first = pieces.count
    lacksUnknownToken = !model.spell(word, range, &workspace, into: &pieces)
    let found = pieces[first...]
    // The cache keeps where pieces end; those of bytes start elsewhere than the one before ends.
    if lacksUnknownToken || found.contains(where: { $0.start != nil }) { return }
    cache.insert(word, range, hash, found, 0)
  }
}
