/// What a `tokenizer.json` holds: the stages as JSON, the vocabulary ready for use.
struct TokenizerFile: Sendable {
  /// The file's name, for errors.
  var name: String
  var truncation: JSONValue = .null
  var padding: JSONValue = .null
  var addedTokens: [AddedToken] = []
  var normalizer: JSONValue = .null
  var preTokenizer: JSONValue = .null
  var postProcessor: JSONValue = .null
  var decoder: JSONValue = .null
  var unknownToken = "[UNK]"
  var continuationPrefix = "##"
  var longestWord = 100
  var vocabulary: Vocabulary

  init(name: String, vocabulary: Vocabulary) {
    self.name = name
    self.vocabulary = vocabulary
  }

  /// Reads a file's bytes.
  init(_ bytes: [UInt8], name: String) throws(TokenizersError) {
    self.init(name: name, vocabulary: Vocabulary(over: [], expecting: 0))
    var reader = JSONReader(bytes, file: name)
    var keys: Set<String> = []
    var model = ModelReader(name: name)
    var added: JSONValue = .null
    try reader.readObject { (reader, key) throws(TokenizersError) in
      let name = reader.string(of: key)
      guard keys.insert(name).inserted else {
        throw reader.invalidKey("the key \"\(name)\" is given twice", at: key.start)
      }
      switch name {
      case "version":
        let version = try reader.readValue()
        guard version == .string("1.0") else {
          throw reader.invalidKey("this version of the format is not known; \"1.0\" is")
        }
      case "truncation": truncation = try reader.readValue()
      case "padding": padding = try reader.readValue()
      case "added_tokens": added = try reader.readValue()
      case "normalizer": normalizer = try reader.readValue()
      case "pre_tokenizer": preTokenizer = try reader.readValue()
      case "post_processor": postProcessor = try reader.readValue()
      case "decoder": decoder = try reader.readValue()
      case "model": try model.read(&reader)
      default: throw reader.invalidKey("the key \"\(name)\" is not known", at: key.start)
      }
    }
    try reader.finish()
    guard keys.contains("model") else {
      throw TokenizersError(.invalidKey, "\(name): the key \"model\" is missing.")
    }
    addedTokens = try AddedToken.list(in: added, file: name)
    try model.check()
    unknownToken = model.unknownToken
    continuationPrefix = model.continuationPrefix
    longestWord = model.longestWord
    vocabulary = model.vocabulary
  }
}

/// Reads the model of a `tokenizer.json`, its vocabulary straight from the bytes.
private struct ModelReader {
  let name: String
  var vocabulary = Vocabulary(over: [], expecting: 0)
  var settings: [String: JSONValue] = [:]
  var unknownToken = ""
  var continuationPrefix = ""
  var longestWord = 0

  init(name: String) {
    self.name = name
  }

  mutating func read(_ reader: inout JSONReader) throws(TokenizersError) {
    try reader.readObject { (reader, key) throws(TokenizersError) in
      let name = reader.string(of: key)
      guard settings[name] == nil else {
        throw reader.invalidKey("the key \"model.\(name)\" is given twice", at: key.start)
      }
      if name == "vocab", reader.peek() == UInt8(ascii: "{") {
        settings[name] = .null
        try readVocabulary(&reader)
      } else {
        settings[name] = try reader.readValue()
      }
    }
  }

  private mutating func readVocabulary(_ reader: inout JSONReader) throws(TokenizersError) {
    vocabulary = Vocabulary(over: reader.bytes, expecting: reader.bytes.count / 16)
    try reader.readObject { (reader, key) throws(TokenizersError) in
      let id = try reader.readIndex()
      let conflict =
        key.isEscaped
        ? vocabulary.insert(reader.bytes(of: key), id: id)
        : vocabulary.insert(at: key.start, length: key.end - key.start, id: id)
      guard let conflict else { return }
      let token = "the token \"\(reader.string(of: key))\" of the vocabulary"
      let what =
        switch conflict {
        case .duplicateToken: "\(token) is given twice"
        case .duplicateID: "\(token) has the id \(id), which another token has already"
        case .unreasonableID: "\(token) has the id \(id), which is too large"
        }
      throw reader.invalidKey(what, at: key.start, code: .invalidVocabulary)
    }
  }

  /// Takes the settings over once the kind of the model is known.
  mutating func check() throws(TokenizersError) {
    let keys = ["unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "vocab"]
    let kind = settings["type"]?.stringValue
    // Old files do not say the kind: WordPiece is the one with these keys.
    guard kind == "WordPiece" || kind == nil && keys.allSatisfy({ settings[$0] != nil }) else {
      let kind = kind.map { "\"\($0)\"" } ?? "without a type"
      throw TokenizersError(
        .unsupportedStage, "\(name): the model \(kind) is not supported; \"WordPiece\" is.")
    }
    let stage = JSONStage(
      value: .object(
        settings.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: $0.value) }),
      path: "model", file: name)
    try stage.allowOnly(keys + ["type"])
    unknownToken = try stage.string("unk_token")
    continuationPrefix = try stage.string("continuing_subword_prefix")
    longestWord = try stage.integer("max_input_chars_per_word")
    guard let vocab = settings["vocab"], vocab.isNull else {
      throw TokenizersError(
        .invalidKey, "\(name): \"model.vocab\" must be an object of tokens and their ids.")
    }
    guard vocabulary.count > 0 else {
      throw TokenizersError(.invalidVocabulary, "\(name): the vocabulary \"model.vocab\" is empty.")
    }
  }
}
