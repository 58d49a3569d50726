extension Settings {
  static let lstm: [Setting] = [
    Setting(
      "lstm.embeddingSize", \.lstm.embeddingSize, .number("N"),
      "Width of an LSTM's word vectors (default: 300)."),
    Setting(
      "lstm.hiddenSize", \.lstm.hiddenSize, .number("N"),
      "Width of each direction's state (default: 256)."),
    Setting(
      "lstm.layers", \.lstm.layers, .number("N"), "Layers of the LSTM (default: 1)."),
    Setting(
      "lstm.bidirectional", \.lstm.bidirectional, .toggle,
      "Whether texts are read backwards as well (default: true)."),
    Setting(
      "lstm.vocabularySize", \.lstm.vocabularySize, .number("N"),
      "Words of its vocabulary at most (default: 50000)."),
    Setting(
      "lstm.minimumCount", \.lstm.minimumCount, .number("N"),
      "How often a word must be in the training rows (default: 2)."),
    Setting(
      "lstm.lowercase", \.lstm.lowercase, .toggle,
      "Whether words are brought to lower case (default: true)."),
  ]
}
