/// The stage that changes the text before it is split.
indirect enum Normalizer: Sendable, Equatable {
  /// BERT's clean-up, Chinese characters, accents and lower case.
  case bert(BertNormalization)
  case lowercase
  /// Canonical decomposition.
  case nfd
  /// SentencePiece's map of characters.
  case characterMap(CharacterMap)
  /// One after another; none for an empty list.
  case sequence([Normalizer])

  func apply(to text: inout NormalizedText) {
    switch self {
    case .bert(let settings): settings.apply(to: &text)
    case .lowercase: text.lowercase()
    case .nfd: text.decompose()
    case .characterMap(let map): text.replace(by: map)
    case .sequence(let stages): for stage in stages { stage.apply(to: &text) }
    }
  }
}
