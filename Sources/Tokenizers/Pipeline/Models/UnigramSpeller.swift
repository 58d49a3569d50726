/// A ``Unigram`` model at work on one thread.
final class UnigramSpeller: WordSpeller {
  private let model: Unigram
  private var workspace = Unigram.Workspace()
  private(set) var lacksUnknownToken = false

  init(_ model: Unigram) {
    self.model = model
  }

  func spell(_ word: Span<UInt8>, _ range: Range<Int>, into pieces: inout [Piece]) {
    lacksUnknownToken = !model.spell(word, range, &workspace, into: &pieces)
  }
}
