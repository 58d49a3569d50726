#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What `tokenizer_config.json`, `special_tokens_map.json` and `added_tokens.json` say beside the
/// tokeniser itself, in the spelling of Transformers 4 or 5.
struct TokenizerConfiguration: Sendable {
  /// The role of a special token.
  ///
  /// The cases are in the order in which Transformers adds the tokens.
  enum Role: String, CaseIterable {
    case beginningOfSequence = "bos_token"
    case endOfSequence = "eos_token"
    case unknown = "unk_token"
    case separator = "sep_token"
    case padding = "pad_token"
    case classification = "cls_token"
    case mask = "mask_token"
  }

  /// The whole `tokenizer_config.json`, to be written back.
  private(set) var settings: [JSONValue.Member] = []
  /// Special tokens by role, as far as the files name them; their ids are not known here.
  private(set) var roles: [Role: AddedToken] = [:]
  /// How special tokens are written, by the names that chat templates know them by.
  private(set) var namedTokens: [String: String] = [:]
  /// Further special tokens, in order.
  private(set) var extraSpecialTokens: [AddedToken] = []
  /// Added tokens with the ids that the files give them, in the order of ids.
  private(set) var addedTokens: [AddedToken] = []
  /// The largest length that the model was made for, where the file gives a sensible one.
  private(set) var maximumLength: Int?
  private(set) var lowercases: Bool?
  private(set) var stripsAccents: Bool?
  private(set) var splitsChinese: Bool?
  /// Whether a text gets the tokens for its beginning and its end; nil where the file does not say.
  private(set) var addsBeginning: Bool?
  private(set) var addsEnd: Bool?
  private(set) var addsPrefixSpace: Bool?
  private(set) var trimsOffsets: Bool?
  /// The class of Transformers that the files name; nil where they name none.
  private(set) var className: String?

  /// Whether the class is one that takes BERT's settings from this file.
  var isOfBERTClass: Bool {
    className != "PreTrainedTokenizerFast" && className != "TokenizersBackend"
  }

  /// How the special token of a role is written; nil where neither the files nor the class say.
  func content(of role: Role) -> String? {
    roles[role]?.content ?? TokenizerClass(named: className).roles[role]
  }

  /// What holds where there are no such files.
  init() {}

  /// Reads the files of a folder, none of which must be there.
  init(folder: URL) throws(TokenizersError) {
    let url = folder.appending(path: "tokenizer_config.json")
    if let value = try TextFile.json(of: url) {
      try read(JSONStage(value: value, path: "tokenizer_config", file: url.path))
    }
    if className == nil {
      className = try TokenizerClass.name(forModelIn: folder)
    }
    let map = folder.appending(path: "special_tokens_map.json")
    if let value = try TextFile.json(of: map) {
      let stage = JSONStage(value: value, path: "special_tokens_map", file: map.path)
      try readSpecialTokens(stage)
    }
    let added = folder.appending(path: "added_tokens.json")
    if addedTokens.isEmpty, let value = try TextFile.json(of: added) {
      try readAddedTokens(JSONStage(value: value, path: "added_tokens", file: added.path))
    }
  }

  // MARK: What a class adds

  /// Gives a role a token where the files name none.
  mutating func setDefault(_ token: AddedToken, for role: Role) {
    if roles[role] == nil { roles[role] = token }
  }

  /// Gives further special tokens where the files say nothing of them.
  mutating func setDefault(extraSpecialTokens tokens: [AddedToken]) {
    let keys = ["additional_special_tokens", "extra_special_tokens"]
    guard extraSpecialTokens.isEmpty, !settings.contains(where: { keys.contains($0.key) }) else {
      return
    }
    extraSpecialTokens = tokens
  }

  /// Gives a setting a value where the file has none.
  mutating func setDefault(_ key: String, _ value: JSONValue) {
    if !settings.contains(where: { $0.key == key }) {
      settings.append(.init(key: key, value: value))
    }
  }

  /// Adds further special tokens, also to the settings that are written back.
  ///
  /// Of the two names that Transformers has for their list, version 4 takes a list under the first
  /// alone, and version 5 under either. Where version 5 wrote names and tokens instead, nothing is
  /// written: `tokenizer.json` says that the tokens are special.
  mutating func add(extraSpecialTokens tokens: [AddedToken]) {
    let known = Set(extraSpecialTokens.map(\.content))
    let further = tokens.filter { !known.contains($0.content) }
    extraSpecialTokens += further
    let keys = ["additional_special_tokens", "extra_special_tokens"]
    let contents = further.map { JSONValue.string($0.content) }
    if let place = settings.firstIndex(where: {
      keys.contains($0.key) && $0.value.arrayValue != nil
    }) {
      settings[place].value = .array((settings[place].value.arrayValue ?? []) + contents)
    } else if !settings.contains(where: { keys.contains($0.key) && $0.value.members != nil }) {
      settings.removeAll { $0.key == keys[0] }
      settings.append(.init(key: keys[0], value: .array(contents)))
    }
    guard let place = settings.firstIndex(where: { $0.key == "added_tokens_decoder" }) else {
      return
    }
    let members = (settings[place].value.members ?? []).filter { member in
      !tokens.contains { String($0.id) == member.key }
    }
    settings[place].value = .object(
      members
        + tokens.map { token in
          let flags = token.json.members?.filter { $0.key != "id" } ?? []
          return .init(key: String(token.id), value: .object(flags))
        })
  }

  /// Says that a space is put before texts.
  mutating func addPrefixSpace() {
    addsPrefixSpace = true
    settings.removeAll { $0.key == "add_prefix_space" }
    settings.append(.init(key: "add_prefix_space", value: .boolean(true)))
  }

  /// A setting of the file; nil where there is none or it is null.
  func setting(_ key: String) -> JSONValue? {
    settings.first { $0.key == key && !$0.value.isNull }?.value
  }

  private mutating func read(_ stage: JSONStage) throws(TokenizersError) {
    guard let members = stage.value.members else {
      throw stage.wrongType(stage.path, stage.value, "an object")
    }
    settings = members
    lowercases = try stage.optionalBoolean("do_lower_case")
    stripsAccents = try stage.optionalBoolean("strip_accents")
    splitsChinese = try stage.optionalBoolean("tokenize_chinese_chars")
    addsBeginning = try stage.optionalBoolean("add_bos_token")
    addsEnd = try stage.optionalBoolean("add_eos_token")
    addsPrefixSpace = try stage.optionalBoolean("add_prefix_space")
    trimsOffsets = try stage.optionalBoolean("trim_offsets")
    className = stage.value["tokenizer_class"]?.stringValue
    if let value = stage.value["model_max_length"], !value.isNull {
      guard let number = value.doubleValue, number > 0 else {
        throw stage.wrongType("tokenizer_config.model_max_length", value, "a number above 0")
      }
      // Transformers writes 1e30 for "no limit".
      maximumLength = number < 1e9 ? Int(number) : nil
    }
    if let decoder = stage.value["added_tokens_decoder"] {
      try readDecoder(
        JSONStage(value: decoder, path: "tokenizer_config.added_tokens_decoder", file: stage.file))
    }
    try readSpecialTokens(stage)
  }

  /// Tokens by id, as Transformers 4 writes them.
  private mutating func readDecoder(_ stage: JSONStage) throws(TokenizersError) {
    guard let members = stage.value.members else {
      throw stage.wrongType(stage.path, stage.value, "an object")
    }
    for member in members {
      guard let id = TokenID(member.key), id >= 0 else {
        throw TokenizersError(
          .invalidKey, "\(stage.file): \"\(stage.path).\(member.key)\" is not an id.")
      }
      let token = JSONStage(
        value: member.value, path: "\(stage.path).\(member.key)", file: stage.file)
      addedTokens.append(try AddedToken(token, id: id))
    }
    addedTokens.sort { $0.id < $1.id }
  }

  /// Ids by token, as older versions write them.
  private mutating func readAddedTokens(_ stage: JSONStage) throws(TokenizersError) {
    guard let members = stage.value.members else {
      throw stage.wrongType(stage.path, stage.value, "an object")
    }
    for member in members {
      addedTokens.append(AddedToken(content: member.key, id: try stage.id(member.key)))
    }
    addedTokens.sort { $0.id < $1.id }
  }

  private mutating func readSpecialTokens(_ stage: JSONStage) throws(TokenizersError) {
    let names = Role.allCases.map(\.rawValue) + ["bos_token", "eos_token"]
    for name in names where namedTokens[name] == nil {
      let value = stage.value[name]
      namedTokens[name] = value?.stringValue ?? value?["content"]?.stringValue
    }
    for role in Role.allCases where roles[role] == nil {
      guard let value = stage.value[role.rawValue], !value.isNull else { continue }
      roles[role] = try Self.specialToken(value, "\(stage.path).\(role.rawValue)", stage.file)
    }
    guard extraSpecialTokens.isEmpty else { return }
    for key in ["additional_special_tokens", "extra_special_tokens"] {
      guard let value = stage.value[key], !value.isNull else { continue }
      // Version 5 also writes an object of names and tokens.
      guard let tokens = value.arrayValue ?? value.members?.map(\.value) else {
        throw stage.wrongType("\(stage.path).\(key)", value, "a list of tokens")
      }
      for token in tokens {
        extraSpecialTokens.append(
          try Self.specialToken(token, "\(stage.path).\(key)", stage.file))
      }
    }
  }

  /// A token as its content alone, or as an object with its flags.
  private static func specialToken(
    _ value: JSONValue, _ path: String, _ file: String
  ) throws(TokenizersError) -> AddedToken {
    var token: AddedToken
    if let content = value.stringValue {
      token = AddedToken(content: content, id: 0)
      token.isNormalized = false
    } else {
      token = try AddedToken(JSONStage(value: value, path: path, file: file), id: 0)
    }
    token.isSpecial = true
    return token
  }
}
