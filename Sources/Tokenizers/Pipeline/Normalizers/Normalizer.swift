/// The stage that changes the text before it is split.
indirect enum Normalizer: Sendable {
  /// BERT's clean-up, Chinese characters, accents and lower case.
  case bert(BertNormalization)
  case lowercase
  /// One of Unicode's normalisation forms.
  case form(UnicodeNormalization.Form)
  /// Removes marks.
  case stripAccents
  /// Removes white space at the ends.
  case strip(left: Bool, right: Bool)
  case replace(Pattern, with: String)
  /// Puts a text before every text that is not empty.
  case prepend(String)
  /// The clean-up of neural machine translation.
  case translation
  /// Writes bytes as characters.
  case byteLevel
  /// SentencePiece's map of characters.
  case characterMap(CharacterMap)
  /// One after another; none for an empty list.
  case sequence([Normalizer])

  func apply(to text: inout NormalizedText) {
    switch self {
    case .bert(let settings): settings.apply(to: &text)
    case .lowercase: text.lowercase()
    case .form(let form): text.normalize(form)
    case .stripAccents: text.removeAll { UnicodeNormalization.shared.isCombiningMark($0) }
    case .strip(let left, let right): text.strip(left: left, right: right)
    case .replace(let pattern, let content): text.replace(pattern, with: content)
    case .prepend(let content): text.prepend(content)
    case .translation: text.cleanForTranslation()
    case .byteLevel: text.spellBytes()
    case .characterMap(let map): text.replace(by: map)
    case .sequence(let stages): for stage in stages { stage.apply(to: &text) }
    }
  }

  /// Whether a part of a text surely stays as it is; false where that would be costly to tell.
  func leavesUnchanged(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    switch self {
    case .form(let form):
      let normalization = UnicodeNormalization.shared
      // Nothing before the first combining mark changes in form C, and nothing of ASCII in any.
      let limit: UInt32 = form == .nfc ? 0x300 : 0x80
      return text.allScalars(in: range) { $0 < limit || normalization.isInert($0, in: form) }
    case .lowercase:
      let tables = UnicodeTables.shared
      return text.allScalars(in: range) { !tables.properties(of: $0).contains(.hasLowercase) }
    case .stripAccents:
      let normalization = UnicodeNormalization.shared
      return text.allScalars(in: range) { !normalization.isCombiningMark($0) }
    case .sequence(let stages): return stages.allSatisfy { $0.leavesUnchanged(text, range) }
    case .bert, .strip, .replace, .prepend, .translation, .byteLevel, .characterMap: return false
    }
  }
}

extension Span<UInt8> {
  /// Whether all scalars of a range satisfy a predicate.
  @inline(__always)
  fileprivate func allScalars(in range: Range<Int>, _ predicate: (UInt32) -> Bool) -> Bool {
    var position = range.lowerBound
    while position < range.upperBound {
      let (scalar, end) = scalar(at: position)
      if !predicate(scalar) { return false }
      position = end
    }
    return true
  }
}
