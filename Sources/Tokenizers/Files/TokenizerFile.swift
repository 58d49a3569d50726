/// What a `tokenizer.json` holds: the stages as JSON, the model ready for use.
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
  var model: Model

  init(name: String, model: Model) {
    self.name = name
    self.model = model
  }

  /// Reads a file's bytes.
  init(_ bytes: [UInt8], name: String) throws(TokenizersError) {
    self.init(name: name, model: .wordPiece(.none))
    var reader = JSONReader(bytes, file: name)
    var keys: Set<String> = []
    var members = ModelMembers(file: name)
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
      case "model": try members.read(&reader)
      default: throw reader.invalidKey("the key \"\(name)\" is not known", at: key.start)
      }
    }
    try reader.finish()
    guard keys.contains("model") else {
      throw TokenizersError(.invalidKey, "\(name): the key \"model\" is missing.")
    }
    addedTokens = try AddedToken.list(in: added, file: name)
    model = try Model(members)
  }
}
