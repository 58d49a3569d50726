/// The stage that changes the text before it is split.
indirect enum Normalizer: Sendable, Equatable {
  /// BERT's clean-up, Chinese characters, accents and lower case.
  case bert(BertNormalization)
  case lowercase
  /// Canonical decomposition.
  case nfd
  /// One after another; none for an empty list.
  case sequence([Normalizer])

  func apply(to text: inout NormalizedText) {
    switch self {
    case .bert(let settings): Self.apply(settings, to: &text)
    case .lowercase: text.lowercase()
    case .nfd: text.decompose()
    case .sequence(let stages): for stage in stages { stage.apply(to: &text) }
    }
  }

  private static func apply(_ settings: BertNormalization, to text: inout NormalizedText) {
    let tables = UnicodeTables.shared
    if settings.cleansText {
      text.removeAll { tables.properties(of: $0).contains(.removed) }
      text.replace { tables.properties(of: $0).contains(.whitespace) ? 0x20 : $0 }
    }
    if settings.splitsChinese {
      text.surroundWithSpaces { tables.properties(of: $0).contains(.chinese) }
    }
    if settings.effectivelyStripsAccents {
      text.decompose()
      text.removeAll { tables.properties(of: $0).contains(.mark) }
    }
    if settings.lowercases { text.lowercase() }
  }
}

/// The stage that splits normalised text into words.
indirect enum PreTokenizer: Sendable, Equatable {
  /// Splits at white space and makes each punctuation mark a word.
  case bert
  /// Splits at white space alone.
  case whitespace
  /// One after another; an empty list leaves the text whole.
  case sequence([PreTokenizer])

  /// Splits each of some ranges of elements further.
  func split(_ ranges: [Range<Int>], of elements: [NormalizedText.Element]) -> [Range<Int>] {
    let tables = UnicodeTables.shared
    switch self {
    case .sequence(let stages):
      return stages.reduce(ranges) { $1.split($0, of: elements) }
    case .bert, .whitespace:
      var result: [Range<Int>] = []
      for range in ranges {
        var start = range.lowerBound
        for index in range {
          let properties = tables.properties(of: elements[index].scalar)
          let isMark = self == .bert && properties.contains(.punctuation)
          guard isMark || properties.contains(.whitespace) else { continue }
          if start < index { result.append(start..<index) }
          if isMark { result.append(index..<index + 1) }
          start = index + 1
        }
        if start < range.upperBound { result.append(start..<range.upperBound) }
      }
      return result
    }
  }
}
