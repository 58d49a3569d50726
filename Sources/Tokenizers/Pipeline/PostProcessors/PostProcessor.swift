/// The stage that puts special tokens around one text or a pair.
struct PostProcessor: Sendable, Equatable {
  /// A part of a template.
  enum Piece: Sendable, Equatable {
    /// The tokens of a text: 0 the first, 1 the pair.
    case text(Int, segment: Int32)
    /// A special token: its name in the template, and the tokens it stands for.
    case special(name: String, ids: [TokenID], segment: Int32)
  }

  var single: [Piece]
  var pair: [Piece]
  /// Stages that take spaces out of tokens' places.
  var trimmings: [OffsetTrimming] = []

  /// No special tokens.
  static let plain = PostProcessor(
    single: [.text(0, segment: 0)], pair: [.text(0, segment: 0), .text(1, segment: 1)])

  /// BERT's: `[CLS] A [SEP]`, and `B [SEP]` of segment 1 after it for a pair.
  static func bert(
    classification: SpecialTokens.Token, separator: SpecialTokens.Token
  ) -> PostProcessor {
    let open = Piece.special(name: classification.content, ids: [classification.id], segment: 0)
    func close(_ segment: Int32) -> Piece {
      .special(name: separator.content, ids: [separator.id], segment: segment)
    }
    let single = [open, .text(0, segment: 0), close(0)]
    return PostProcessor(single: single, pair: single + [.text(1, segment: 1), close(1)])
  }

  /// RoBERTa's: `<s> A </s>`, and `</s> B </s>` after it for a pair, all of one segment.
  static func roberta(
    classification: SpecialTokens.Token, separator: SpecialTokens.Token
  ) -> PostProcessor {
    let open = Piece.special(name: classification.content, ids: [classification.id], segment: 0)
    let close = Piece.special(name: separator.content, ids: [separator.id], segment: 0)
    let single = [open, .text(0, segment: 0), close]
    return PostProcessor(single: single, pair: single + [close, .text(1, segment: 0), close])
  }

  /// The number of special tokens that a template adds.
  static func specialCount(of template: [Piece]) -> Int {
    template.reduce(0) { count, piece in
      if case .special(_, let ids, _) = piece { count + ids.count } else { count }
    }
  }

  /// Puts an encoding together from the kept tokens of one text or two.
  func assemble(
    _ tokens: [TokenStream.Token], _ texts: [Range<Int>], addsSpecialTokens: Bool, truncated: Int
  ) -> Encoding {
    let template = texts.count > 1 ? pair : single
    var count = addsSpecialTokens ? Self.specialCount(of: template) : 0
    for case .text(let text, _) in template where text < texts.count { count += texts[text].count }
    var encoding = Encoding(truncatedTokens: truncated)
    encoding.reserve(count)
    for piece in template {
      switch piece {
      case .special(_, let ids, let segment):
        if addsSpecialTokens { encoding.appendSpecial(ids, segment) }
      case .text(let text, let segment):
        if text < texts.count { encoding.append(tokens, texts[text], Int8(text), segment) }
      }
    }
    return encoding
  }
}

extension Encoding {
  fileprivate mutating func reserve(_ count: Int) {
    ids.reserveCapacity(count)
    segments.reserveCapacity(count)
    offsets.reserveCapacity(count)
    sequences.reserveCapacity(count)
    words.reserveCapacity(count)
  }

  fileprivate mutating func appendSpecial(_ added: [TokenID], _ segment: Int32) {
    for id in added {
      ids.append(id)
      segments.append(segment)
      offsets.append(0..<0)
      sequences.append(-1)
      words.append(-1)
    }
  }

  fileprivate mutating func append(
    _ tokens: [TokenStream.Token], _ range: Range<Int>, _ sequence: Int8, _ segment: Int32
  ) {
    let tokens = tokens[range]
    ids.append(contentsOf: tokens.lazy.map(\.id))
    segments.append(contentsOf: repeatElement(segment, count: range.count))
    offsets.append(contentsOf: tokens.lazy.map { Int($0.start)..<max(Int($0.start), Int($0.end)) })
    sequences.append(contentsOf: repeatElement(sequence, count: range.count))
    words.append(contentsOf: tokens.lazy.map(\.word))
  }
}
