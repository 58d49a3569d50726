/// The stages of a tokeniser: added tokens, normaliser, pre-tokeniser, model, post-processor,
/// decoder.
struct Pipeline: Sendable {
  let normalizer: Normalizer?
  let preTokenizer: PreTokenizer?
  let model: Model
  let postProcessor: PostProcessor
  let decoder: Decoder?
  /// Added tokens in the order of their ids.
  let addedTokens: [AddedToken]
  /// By content, for decoding and look-up.
  let addedByContent: [String: AddedToken]
  /// By id, with the text that decoding writes.
  let addedByID: [TokenID: (token: AddedToken, decoded: [UInt8])]
  /// How special tokens are written, for leaving them out of decoded text.
  let specialContents: Set<ArraySlice<UInt8>>

  private let rawMatcher: AddedTokenMatcher
  private let normalizedMatcher: AddedTokenMatcher
  /// The short way; nil where the stages are not BERT's, or tokens match normalised text.
  private let scanner: BertScanner?

  init(
    normalizer: Normalizer?, preTokenizer: PreTokenizer?, model: Model,
    postProcessor: PostProcessor, decoder: Decoder?, addedTokens: [AddedToken]
  ) {
    self.normalizer = normalizer
    self.preTokenizer = preTokenizer
    self.model = model
    self.postProcessor = postProcessor
    self.decoder = decoder
    self.addedTokens = addedTokens.sorted { $0.id < $1.id }
    var raw: [AddedTokenMatcher.Pattern] = []
    var normalized: [AddedTokenMatcher.Pattern] = []
    var byContent: [String: AddedToken] = [:]
    var byID: [TokenID: (token: AddedToken, decoded: [UInt8])] = [:]
    for token in self.addedTokens {
      var bytes = Array(token.content.utf8)
      if token.isNormalized, let normalizer {
        var text = NormalizedText(bytes.span, 0..<bytes.count)
        normalizer.apply(to: &text)
        bytes = text.utf8().bytes
      }
      let pattern = AddedTokenMatcher.Pattern(token: token, bytes: bytes)
      if token.isNormalized { normalized.append(pattern) } else { raw.append(pattern) }
      byContent[token.content] = token
      byID[token.id] = (token, bytes)
    }
    addedByContent = byContent
    addedByID = byID
    specialContents = Set(addedTokens.filter(\.isSpecial).map { Array($0.content.utf8)[...] })
    rawMatcher = AddedTokenMatcher(raw)
    normalizedMatcher = AddedTokenMatcher(normalized)
    if case .wordPiece = model, case .bert(let settings) = normalizer, preTokenizer == .bert,
      normalized.isEmpty
    {
      scanner = BertScanner(settings)
    } else {
      scanner = nil
    }
  }

  /// Appends the tokens of one text, special ones that a template adds excepted.
  func append(_ text: Span<UInt8>, to stream: inout TokenStream) {
    guard !rawMatcher.isEmpty, let parts = rawMatcher.parts(of: text) else {
      append(text, 0..<text.count, &stream)
      return
    }
    for part in parts {
      if let token = part.token {
        stream.appendAdded(
          token.id, from: Int32(part.range.lowerBound), to: Int32(part.range.upperBound))
      } else {
        append(text, part.range, &stream)
      }
    }
  }

  private func append(_ text: Span<UInt8>, _ range: Range<Int>, _ stream: inout TokenStream) {
    if let scanner, scanner.scan(text, range, into: &stream) { return }
    var normalized = NormalizedText(text, range)
    normalizer?.apply(to: &normalized)
    let elements = normalized.elements
    guard !normalizedMatcher.isEmpty else {
      appendWords(of: elements, elements.indices, &stream)
      return
    }
    let (bytes, elementOfByte) = normalized.utf8()
    guard let parts = normalizedMatcher.parts(of: bytes.span) else {
      appendWords(of: elements, elements.indices, &stream)
      return
    }
    for part in parts {
      let first = elementOfByte[part.range.lowerBound]
      let last = elementOfByte[part.range.upperBound - 1]
      if let token = part.token {
        stream.appendAdded(token.id, from: elements[first].start, to: elements[last].end)
      } else {
        appendWords(of: elements, first..<last + 1, &stream)
      }
    }
  }

  private func appendWords(
    of elements: [NormalizedText.Element], _ range: Range<Int>, _ stream: inout TokenStream
  ) {
    if range.isEmpty { return }
    var utf8: [UInt8] = []
    for word in preTokenizer?.split([range], of: elements) ?? [range] {
      for element in elements[word] {
        utf8.removeAll(keepingCapacity: true)
        utf8.appendUTF8(of: element.scalar)
        stream.word.append(
          utf8.span, 0..<utf8.count, scalars: 1, from: Int(element.start), to: Int(element.end))
      }
      stream.endWord()
    }
  }
}

extension NormalizedText {
  /// The text as UTF-8, and the element that each byte belongs to.
  func utf8() -> (bytes: [UInt8], elementOfByte: [Int]) {
    var bytes: [UInt8] = []
    var owners: [Int] = []
    for (index, element) in elements.enumerated() {
      bytes.appendUTF8(of: element.scalar)
      owners.append(contentsOf: repeatElement(index, count: bytes.count - owners.count))
    }
    return (bytes, owners)
  }
}
