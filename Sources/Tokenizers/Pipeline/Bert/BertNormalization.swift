/// How BERT's normaliser treats text.
struct BertNormalization: Sendable, Equatable {
  /// Removes control characters and makes all white space the same.
  var cleansText = true
  /// Makes each Chinese character a word.
  var splitsChinese = true
  /// Removes accents; nil follows `lowercases`.
  var stripsAccents: Bool?
  var lowercases = true

  var effectivelyStripsAccents: Bool { stripsAccents ?? lowercases }

  /// The long way of the normaliser, step by step.
  func apply(to text: inout NormalizedText) {
    let tables = UnicodeTables.shared
    if cleansText {
      text.removeAll { tables.properties(of: $0).contains(.removed) }
      text.replace { tables.properties(of: $0).contains(.whitespace) ? 0x20 : $0 }
    }
    if splitsChinese {
      text.surroundWithSpaces { tables.properties(of: $0).contains(.chinese) }
    }
    if effectivelyStripsAccents {
      text.decompose()
      text.removeAll { tables.properties(of: $0).contains(.mark) }
    }
    if lowercases { text.lowercase() }
  }
}
