/// BERT's normaliser, pre-tokeniser and WordPiece in one pass over the bytes of a text.
struct BertScanner: Sendable {
  private let actions: BertActions

  init(_ normalization: BertNormalization) {
    actions = BertActions(normalization)
  }

  /// Appends the tokens of a part of a text.
  ///
  /// Returns false, with nothing appended, for the rare text that needs canonical ordering.
  func scan(_ text: Span<UInt8>, _ range: Range<Int>, into stream: inout TokenStream) -> Bool {
    let mark = stream.mark
    let kinds = actions.asciiKinds
    let mapped = actions.asciiReplacements
    let end = range.upperBound
    var position = range.lowerBound
    while position < end {
      let byte = text[position]
      if byte >= 0x80 {
        let (scalar, next) = text.scalar(at: position)
        guard take(scalar, text, position, next, &stream) else {
          stream.rewind(to: mark)
          return false
        }
        position = next
        continue
      }
      switch kinds[Int(byte)] {
      case .keep:
        var stop = position + 1
        while stop < end, kinds[Int(text[stop])] == .keep { stop += 1 }
        stream.word.appendASCII(text, position, stop, mappedBy: mapped)
        position = stop
      case .isolate:
        stream.endWord()
        stream.appendIsolated(text, position..<position + 1, from: position, to: position + 1)
        position += 1
      case .drop:
        position += 1
      default:
        stream.endWord()
        position += 1
      }
    }
    stream.endWord()
    return true
  }

  /// Does what a scalar beyond ASCII asks for; false if that needs canonical ordering.
  @inline(__always)
  private func take(
    _ scalar: UInt32, _ text: Span<UInt8>, _ start: Int, _ end: Int, _ stream: inout TokenStream
  ) -> Bool {
    let action = actions[scalar]
    switch action.kind {
    case .keep:
      stream.word.append(text, start..<end, scalars: 1, from: start, to: end)
    case .replace:
      stream.word.append(
        actions.replacements.span, action.range, scalars: action.scalars, from: start, to: end)
    case .drop:
      break
    case .endWord:
      stream.endWord()
    case .isolate:
      stream.endWord()
      stream.appendIsolated(text, start..<end, from: start, to: end)
    case .isolateReplaced:
      stream.endWord()
      stream.appendIsolated(actions.replacements.span, action.range, from: start, to: end)
    case .hangul:
      var letters: [UInt32] = []
      UnicodeTables.shared.appendDecomposition(of: scalar, to: &letters)
      var utf8: [UInt8] = []
      for letter in letters { utf8.appendUTF8(of: letter) }
      stream.word.append(
        utf8.span, 0..<utf8.count, scalars: letters.count, from: start, to: end)
    case .complex:
      return false
    }
    return true
  }
}
