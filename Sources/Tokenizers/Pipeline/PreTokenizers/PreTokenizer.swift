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
