/// The stages of a tokeniser: added tokens, normaliser, pre-tokeniser, model, post-processor,
/// decoder.
struct Pipeline: Sendable {
  let normalizer: Normalizer?
  let splitter: WordSplitter
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

  /// By id, the spaces at the ends of the vocabulary's tokens; empty where nothing is trimmed.
  let spacesOfTokens: [TokenSpaces]

  private let rawMatcher: AddedTokenMatcher
  private let normalizedMatcher: AddedTokenMatcher
  /// The short way; nil where the stages are not BERT's, or tokens match normalised text.
  private let scanner: BertScanner?

  init(
    normalizer: Normalizer?, preTokenizer: PreTokenizer?, model: Model,
    postProcessor: PostProcessor, decoder: Decoder?, addedTokens: [AddedToken]
  ) {
    self.normalizer = normalizer
    splitter = WordSplitter(preTokenizer, for: model)
    self.model = model
    self.postProcessor = postProcessor
    spacesOfTokens =
      postProcessor.trimmings.isEmpty ? [] : TokenSpaces.ofTokens(in: model.vocabulary)
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
    if case .wordPiece = model, case .bert(let settings) = normalizer, case .bert = preTokenizer,
      normalized.isEmpty
    {
      scanner = BertScanner(settings)
    } else {
      scanner = nil
    }
  }

  /// Appends the tokens of one text, special ones that a template adds excepted.
  func append(_ text: Span<UInt8>, to stream: inout TokenStream) {
    guard !rawMatcher.isEmpty, let parts = rawMatcher.parts(of: text, 0..<text.count) else {
      append(text, 0..<text.count, &stream)
      return
    }
    for part in parts {
      if let token = part.token {
        stream.appendAdded(
          token.id, text, part.range, from: Int32(part.range.lowerBound),
          to: Int32(part.range.upperBound))
      } else {
        append(text, part.range, &stream)
      }
    }
  }

  private func append(_ text: Span<UInt8>, _ range: Range<Int>, _ stream: inout TokenStream) {
    if let scanner, scanner.scan(text, range, into: &stream) { return }
    if normalizer?.leavesUnchanged(text, range) ?? true {
      appendUnchanged(text, range, &stream)
    } else {
      appendNormalized(text, range, &stream)
    }
  }

  /// The way of a text that no normaliser changes.
  private func appendUnchanged(
    _ text: Span<UInt8>, _ range: Range<Int>, _ stream: inout TokenStream
  ) {
    guard !normalizedMatcher.isEmpty, let parts = normalizedMatcher.parts(of: text, range) else {
      return appendWords(text, range, &stream)
    }
    for part in parts {
      if let token = part.token {
        stream.appendAdded(
          token.id, text, part.range, from: Int32(part.range.lowerBound),
          to: Int32(part.range.upperBound))
      } else {
        appendWords(text, part.range, &stream)
      }
    }
  }

  private func appendWords(_ text: Span<UInt8>, _ range: Range<Int>, _ stream: inout TokenStream) {
    if stream.appendWords(text, range, splitBy: splitter) { return }
    stream.appendWords(of: AlignedText(text, range), splitBy: splitter)
  }

  private func appendNormalized(
    _ text: Span<UInt8>, _ range: Range<Int>, _ stream: inout TokenStream
  ) {
    var normalized = NormalizedText(text, range)
    normalizer?.apply(to: &normalized)
    let elements = normalized.elements
    guard !normalizedMatcher.isEmpty else {
      return stream.appendWords(of: AlignedText(elements[...]), splitBy: splitter)
    }
    let (bytes, elementOfByte) = normalized.utf8()
    guard let parts = normalizedMatcher.parts(of: bytes.span, 0..<bytes.count) else {
      return stream.appendWords(of: AlignedText(elements[...]), splitBy: splitter)
    }
    for part in parts {
      let first = elementOfByte[part.range.lowerBound]
      let last = elementOfByte[part.range.upperBound - 1]
      if let token = part.token {
        stream.appendAdded(
          token.id, bytes.span, part.range, from: elements[first].start, to: elements[last].end)
      } else {
        stream.appendWords(of: AlignedText(elements[first...last]), splitBy: splitter)
      }
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
