#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The stages, as `tokenizer.json` writes them.
extension SentencePieceConversion {
  private static let space = "▁"

  private static func stage(_ type: String, _ members: (String, JSONValue)...) -> JSONValue {
    .object(
      [.init(key: "type", value: .string(type))] + members.map { .init(key: $0.0, value: $0.1) })
  }

  private static func replacement(of text: String, by content: String) -> JSONValue {
    stage(
      "Replace", ("pattern", .object([.init(key: "String", value: .string(text))])),
      ("content", .string(content)))
  }

  // MARK: Normaliser

  /// What SentencePiece's models for decoders do with spaces: one before the text, always.
  static let legacyNormalizer = stage(
    "Sequence",
    (
      "normalizers",
      .array([stage("Prepend", ("prepend", .string(space))), replacement(of: " ", by: space)])
    ))

  var normalizer: JSONValue {
    var stages: [JSONValue] = []
    let quotes = [Self.replacement(of: "``", by: "\""), Self.replacement(of: "''", by: "\"")]
    let accents = [Self.stage("NFKD"), Self.stage("StripAccents")]
    switch kind {
    case .llama: return .null
    case .t5, .xlmRoberta: return characterMap ?? .null
    case .xlnet, .albert:
      stages = quotes
      if kind == .xlnet || !isSet("keep_accents", default: false) { stages += accents }
      if isSet("do_lower_case", default: kind == .albert) { stages.append(Self.stage("Lowercase")) }
      if let characterMap { stages.append(characterMap) }
    case .general:
      if let characterMap { stages.append(characterMap) }
      stages.append(Self.replacement(of: " ", by: Self.space))
    }
    return Self.stage("Sequence", ("normalizers", .array(stages)))
  }

  private var characterMap: JSONValue? {
    if model.characterMap.isEmpty { return nil }
    let text = Data(model.characterMap).base64EncodedString()
    return Self.stage("Precompiled", ("precompiled_charsmap", .string(text)))
  }

  // MARK: Pre-tokeniser and decoder

  /// When a word gets a "▁" before it: always, at the start of the text only, never.
  var prependScheme: String {
    switch kind {
    case .t5, .xlnet: return "always"
    case .xlmRoberta, .albert:
      return isSet("add_prefix_space", default: true) ? "always" : "never"
    case .llama, .general:
      guard isSet("add_prefix_space", default: true) else { return "never" }
      return isSet("legacy", default: false) ? "always" : "first"
    }
  }

  private func metaspace(splits: Bool) -> JSONValue {
    Self.stage(
      "Metaspace", ("replacement", .string(Self.space)), ("prepend_scheme", .string(prependScheme)),
      ("split", .boolean(splits)))
  }

  var preTokenizer: JSONValue {
    switch kind {
    case .general: .null
    case .llama: metaspace(splits: false)
    case .t5, .xlnet, .xlmRoberta, .albert:
      Self.stage(
        "Sequence",
        ("pretokenizers", .array([Self.stage("WhitespaceSplit"), metaspace(splits: true)])))
    }
  }

  var decoder: JSONValue {
    var stages = [Self.replacement(of: Self.space, by: " ")]
    switch kind {
    case .t5, .xlnet, .xlmRoberta, .albert: return metaspace(splits: true)
    case .llama:
      stages += [Self.stage("ByteFallback"), Self.stage("Fuse")]
      if isSet("add_prefix_space", default: true) {
        stages.append(
          Self.stage(
            "Strip", ("content", .string(" ")), ("start", .integer(1)), ("stop", .integer(0))))
      }
    case .general:
      if model.hasByteFallback { stages += [Self.stage("ByteFallback"), Self.stage("Fuse")] }
    }
    return Self.stage("Sequence", ("decoders", .array(stages)))
  }

  // MARK: Post-processor

  func postProcessor(_ added: AddedVocabulary) throws(TokenizersError) -> PostProcessor {
    func special(
      _ role: TokenizerConfiguration.Role, segment: Int32 = 0, name: String? = nil
    ) throws(TokenizersError) -> PostProcessor.Piece {
      let content = content(of: role)
      // ALBERT's tokens must be the model's own.
      let id = kind == .albert ? added.vocabulary.id(of: content.utf8) : added.id(of: content)
      guard let id else {
        throw TokenizersError(
          .invalidVocabulary, "\(file): the vocabulary lacks the special token \"\(content)\".")
      }
      return .special(name: name ?? content, ids: [id], segment: segment)
    }
    let first = PostProcessor.Piece.text(0, segment: 0)
    switch kind {
    case .t5:
      let end = try special(.endOfSequence, name: "</s>")
      return PostProcessor(
        single: [first, end], pair: [first, end, .text(1, segment: 0), end])
    case .xlmRoberta:
      let single = [try special(.beginningOfSequence), first, try special(.endOfSequence)]
      let end = try special(.endOfSequence)
      return PostProcessor(single: single, pair: single + [end, .text(1, segment: 0), end])
    case .albert:
      let open = try special(.classification, name: "[CLS]")
      let single = [open, first, try special(.separator, name: "[SEP]")]
      let close = try special(.separator, segment: 1, name: "[SEP]")
      return PostProcessor(single: single, pair: single + [.text(1, segment: 1), close])
    case .xlnet:
      let start = [first, try special(.separator)]
      let second = [PostProcessor.Piece.text(1, segment: 1), try special(.separator, segment: 1)]
      let last = try special(.classification, segment: 2)
      return PostProcessor(single: start + [last], pair: start + second + [last])
    case .llama, .general:
      let adds: [(TokenizerConfiguration.Role, Bool)] = [
        (.beginningOfSequence, isSet("add_bos_token", default: false)),
        (.endOfSequence, isSet("add_eos_token", default: false)),
      ]
      func around(_ text: Int, _ segment: Int32) throws(TokenizersError) -> [PostProcessor.Piece] {
        var pieces = [PostProcessor.Piece.text(text, segment: segment)]
        for (role, isAdded) in adds where isAdded && configuration.roles[role] != nil {
          let token = try special(role, segment: segment)
          pieces.insert(token, at: role == .beginningOfSequence ? 0 : pieces.count)
        }
        return pieces
      }
      let single = try around(0, 0)
      return PostProcessor(single: single, pair: single + (try around(1, 1)))
    }
  }
}
