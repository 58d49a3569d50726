extension Model {
  /// What `tokenizer.json` calls this kind of model.
  var kind: String {
    switch self {
    case .wordPiece: "WordPiece"
    case .bytePair: "BPE"
    case .unigram: "Unigram"
    case .wordLevel: "WordLevel"
    }
  }
}
