#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Makes a tokenizer of a SentencePiece model, as the classes of Transformers 5.23 do.
///
/// They do not follow the file in all things: what its normaliser says of spaces does not count,
/// each class having rules of its own.
struct SentencePieceConversion {
  let model: SentencePieceModel
  let kind: SentencePieceClass
  /// The file's name, for errors.
  let file: String
  /// What the other files say, completed by what the class has by default.
  var configuration: TokenizerConfiguration

  init(
    _ model: SentencePieceModel, as kind: SentencePieceClass,
    _ configuration: TokenizerConfiguration, file: String
  ) {
    self.model = model
    self.kind = kind
    self.configuration = configuration
    self.file = file
    complete()
  }

  /// The tokenizer.
  func converted() throws(TokenizersError) -> TokenizerFile {
    var result = TokenizerFile(name: file, model: try makeModel())
    let added = try addedVocabulary(over: result.model.vocabulary)
    result.addedTokens = added.tokens
    result.normalizer = normalizer
    result.preTokenizer = preTokenizer
    result.decoder = decoder
    result.postProcessor = try postProcessor(added).json
    return result
  }

  // MARK: What the class has by default

  private mutating func complete() {
    var defaults: [(role: TokenizerConfiguration.Role, content: String)]
    switch kind {
    case .t5: defaults = [(.endOfSequence, "</s>"), (.unknown, "<unk>"), (.padding, "<pad>")]
    case .albert:
      defaults = [
        (.beginningOfSequence, "[CLS]"), (.endOfSequence, "[SEP]"), (.unknown, "<unk>"),
        (.separator, "[SEP]"),
        (.padding, "<pad>"), (.classification, "[CLS]"), (.mask, "[MASK]"),
      ]
    case .xlnet:
      defaults = [
        (.beginningOfSequence, "<s>"), (.endOfSequence, "</s>"), (.unknown, "<unk>"),
        (.separator, "<sep>"),
        (.padding, "<pad>"), (.classification, "<cls>"), (.mask, "<mask>"),
      ]
    case .xlmRoberta:
      defaults = [
        (.beginningOfSequence, "<s>"), (.endOfSequence, "</s>"), (.unknown, "<unk>"),
        (.separator, "</s>"),
        (.padding, "<pad>"), (.classification, "<s>"), (.mask, "<mask>"),
      ]
    case .llama:
      defaults = [(.beginningOfSequence, "<s>"), (.endOfSequence, "</s>"), (.unknown, "<unk>")]
    case .general:
      defaults = []
      if model.beginningID >= 0 { defaults.append((.beginningOfSequence, model.beginningContent)) }
      if model.endID >= 0 { defaults.append((.endOfSequence, model.endContent)) }
      if model.unknownID >= 0 { defaults.append((.unknown, model.unknownContent)) }
    }
    for (role, content) in defaults {
      var token = AddedToken.special(content)
      token.stripsLeft = kind == .xlnet && role == .mask
      configuration.setDefault(token, for: role)
    }
    configuration.setDefault(extraSpecialTokens: extraSpecialTokens)
    configuration.setDefault("tokenizer_class", .string(kind.rawValue))
    if kind == .xlnet || kind == .llama {
      configuration.setDefault("padding_side", .string("left"))
    }
  }

  /// The file's control and user-defined tokens; for T5 also those that hide stretches of text.
  private var extraSpecialTokens: [AddedToken] {
    var tokens = model.pieces.filter { $0.kind == .control || $0.kind == .userDefined }.map {
      var token = AddedToken.special($0.content)
      token.isSpecial = $0.kind == .control
      return token
    }
    if kind == .t5, !tokens.contains(where: { $0.content.contains("<extra_id_") }) {
      tokens += hidingTokens.map(AddedToken.special)
    }
    return tokens
  }

  /// T5's tokens for hidden stretches: `<extra_id_0>` and so on.
  private var hidingTokens: [String] {
    let count = configuration.setting("extra_ids")?.integerValue ?? 100
    return (0..<max(0, min(count, 1 << 16))).map { "<extra_id_\($0)>" }
  }

  func content(of role: TokenizerConfiguration.Role) -> String {
    configuration.roles[role]?.content ?? ""
  }

  func isSet(_ key: String, default value: Bool) -> Bool {
    configuration.setting(key)?.booleanValue ?? value
  }

  // MARK: Model

  private func makeModel() throws(TokenizersError) -> Model {
    switch kind {
    case .llama: return try bytePairs(unknown: nil, hasByteFallback: true)
    case .general where model.algorithm == .bytePairs:
      return try bytePairs(
        unknown: model.unknownContent, hasByteFallback: model.hasByteFallback)
    default: break
    }
    var pieces = model.pieces.map { (content: $0.content, score: Double($0.score)) }
    var unknown = model.unknownID
    var hasByteFallback = false
    switch kind {
    case .t5:
      unknown = 2
      pieces += hidingTokens.reversed().map { ($0, 0) }
    case .xlmRoberta:
      unknown = 3
      let roles: [TokenizerConfiguration.Role] = [
        .beginningOfSequence, .padding, .endOfSequence, .unknown,
      ]
      pieces = roles.map { (content(of: $0), 0) } + pieces.dropFirst(3)
      pieces.append((content(of: .mask), 0))
    case .albert: unknown = 1
    case .general: hasByteFallback = model.hasByteFallback
    case .xlnet, .llama: break
    }
    var vocabulary = Vocabulary(over: [], expecting: pieces.count)
    for (id, piece) in pieces.enumerated() {
      guard piece.score.isFinite else {
        throw TokenizersError(
          .malformedModel, "\(file): the token \"\(piece.content)\" has no sensible score.")
      }
      if vocabulary.insertAgain(Array(piece.content.utf8), id: id) != nil {
        throw TokenizersError(.invalidVocabulary, "\(file): the model has too many tokens.")
      }
    }
    return .unigram(
      try Unigram(
        vocabulary: vocabulary, scores: pieces.map(\.score), unknown: unknown,
        hasByteFallback: hasByteFallback, file: file))
  }

  // MARK: Added tokens

  /// The added tokens in the order in which Transformers adds them: those that the configuration
  /// gives ids, those with roles, the others.
  private func addedVocabulary(
    over vocabulary: Vocabulary
  ) throws(TokenizersError) -> AddedVocabulary {
    var added = AddedVocabulary(over: vocabulary)
    let contents = Set(configuration.addedTokens.map(\.content))
    let named = Set(configuration.roles.values.map(\.content))
    for token in configuration.addedTokens {
      var token = token
      if named.contains(token.content), !token.isSpecial {
        token.isSpecial = true
        token.isNormalized = false
      }
      try added.add(token, from: file)
    }
    for role in TokenizerConfiguration.Role.allCases {
      if let token = configuration.roles[role] { added.add(token) }
    }
    for token in configuration.extraSpecialTokens where !contents.contains(token.content) {
      var token = token
      token.isSpecial = token.isSpecial || named.contains(token.content)
      added.addOrReplace(token)
    }
    return added
  }
}
