/// The members of the "model" of a `tokenizer.json`: settings as values, the vocabulary straight
/// from the bytes, and where the long lists stand.
struct ModelMembers {
  /// The file's name, for errors.
  let file: String
  /// The tokens and ids of "vocab" where it is an object; nil where it is a list or missing.
  private(set) var vocabulary: Vocabulary?
  /// Readers that stand before "vocab" or "merges" where they are lists.
  private(set) var lists: [String: JSONReader] = [:]
  private var settings: [JSONValue.Member] = []

  init(file: String) {
    self.file = file
  }

  /// Reads the object at which a reader stands.
  mutating func read(_ reader: inout JSONReader) throws(TokenizersError) {
    var names: Set<String> = []
    try reader.readObject { (reader, key) throws(TokenizersError) in
      let name = reader.string(of: key)
      guard names.insert(name).inserted else {
        throw reader.invalidKey("the key \"model.\(name)\" is given twice", at: key.start)
      }
      var value = JSONValue.null
      switch (name, reader.peek()) {
      case ("vocab", UInt8(ascii: "{")):
        vocabulary = try Self.vocabulary(&reader)
      case ("vocab", UInt8(ascii: "[")), ("merges", UInt8(ascii: "[")):
        lists[name] = reader
        try reader.skipValue()
      default: value = try reader.readValue()
      }
      settings.append(.init(key: name, value: value))
    }
  }

  /// Reads an object of tokens and their ids.
  static func vocabulary(
    _ reader: inout JSONReader
  ) throws(TokenizersError) -> Vocabulary {
    var vocabulary = Vocabulary(over: reader.bytes, expecting: reader.bytes.count / 16)
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
    return vocabulary
  }

  /// The settings, to be read by name; "vocab" and "merges" are null in it.
  var stage: JSONStage { JSONStage(value: .object(settings), path: "model", file: file) }

  /// The model's "type"; for old files, which have none, the kind that has these keys.
  func kind() throws(TokenizersError) -> String {
    if stage.value["type"] != nil { return try stage.type() }
    if stage.value["merges"] != nil { return "BPE" }
    if stage.value["max_input_chars_per_word"] != nil { return "WordPiece" }
    return lists["vocab"] == nil ? "WordLevel" : "Unigram"
  }

  /// The vocabulary, which must be an object with at least one token.
  func requiredVocabulary() throws(TokenizersError) -> Vocabulary {
    guard let vocabulary else {
      throw TokenizersError(
        .invalidKey, "\(file): \"model.vocab\" must be an object of tokens and their ids.")
    }
    guard vocabulary.count > 0 else {
      throw TokenizersError(.invalidVocabulary, "\(file): the vocabulary \"model.vocab\" is empty.")
    }
    return vocabulary
  }

  /// A token that the vocabulary must hold.
  static func required(
    _ token: String, in vocabulary: Vocabulary, _ file: String
  ) throws(TokenizersError) -> SpecialTokens.Token {
    guard let id = vocabulary.id(of: token.utf8) else {
      throw TokenizersError(
        .invalidVocabulary, "\(file): the vocabulary lacks the unknown token \"\(token)\".")
    }
    return .init(content: token, id: id)
  }
}
