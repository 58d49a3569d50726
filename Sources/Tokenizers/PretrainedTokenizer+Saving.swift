#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension PretrainedTokenizer {
  /// Writes the tokenizer's files, from which this type and Transformers' `AutoTokenizer` read the
  /// same tokenizer: `tokenizer.json`, `tokenizer_config.json`, `special_tokens_map.json`, and
  /// what the tokenizer's class reads beside: `vocab.txt` for WordPiece where every id has a token,
  /// `vocab.json` and `merges.txt` for GPT-2's family; chat templates as `chat_template.jinja` and
  /// `additional_chat_templates/NAME.jinja`.
  ///
  /// Each file is written beside its place and then moved there, so that none is ever half there.
  ///
  /// - Throws: ``TokenizersError`` of code `unwritableFile`.
  public func save(to folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw TokenizersError(.unwritableFile, "\(folder.path) cannot be made: \(error).")
    }
    try TextFile.write(tokenizerJSON(), to: folder.appending(path: "tokenizer.json"))
    for file in pipeline.model.vocabularyFiles(for: tokenizerClass.kind) {
      try TextFile.write(file.bytes, to: folder.appending(path: file.name))
    }
    try TextFile.write(
      JSONWriter.file(of: .object(configurationMembers)),
      to: folder.appending(path: "tokenizer_config.json"))
    try TextFile.write(
      JSONWriter.file(of: .object(specialTokensMap)),
      to: folder.appending(path: "special_tokens_map.json"))
    try chatTemplates.save(to: folder)
  }

  private var tokenizerClass: TokenizerClass { TokenizerClass(named: configuration.className) }

  private func tokenizerJSON() -> [UInt8] {
    let stages: [(key: String, value: JSONValue)] = [
      ("version", .string("1.0")), ("truncation", file.truncation), ("padding", file.padding),
      ("added_tokens", .array(pipeline.addedTokens.map(\.json))),
      ("normalizer", file.normalizer), ("pre_tokenizer", file.preTokenizer),
      ("post_processor", file.postProcessor), ("decoder", file.decoder),
    ]
    var writer = JSONWriter()
    writer.list("{", "}", stages + [("model", .null)]) { writer, stage in
      writer.key(stage.key.utf8)
      if stage.key == "model" {
        pipeline.model.write(to: &writer)
      } else {
        writer.write(stage.value)
      }
    }
    writer.raw("\n")
    return writer.bytes
  }

  /// The settings that were read, and those that Transformers would otherwise guess.
  private var configurationMembers: [JSONValue.Member] {
    // Chat templates have files of their own.
    var members = configuration.settings.filter { $0.key != "chat_template" }
    func complete(_ key: String, _ value: JSONValue?) {
      guard let value, !members.contains(where: { $0.key == key }) else { return }
      members.append(.init(key: key, value: value))
    }
    if case .bert(let settings) = pipeline.normalizer, configuration.isOfBERTClass {
      complete("do_lower_case", .boolean(settings.lowercases))
      complete("strip_accents", settings.stripsAccents.map(JSONValue.boolean) ?? .null)
      complete("tokenize_chinese_chars", .boolean(settings.splitsChinese))
      complete("tokenizer_class", .string("BertTokenizer"))
    }
    complete("tokenizer_class", .string(configuration.className ?? "PreTrainedTokenizerFast"))
    for member in specialTokensMap { complete(member.key, member.value) }
    complete("model_max_length", maximumLength.map(JSONValue.integer))
    return members
  }

  private var specialTokensMap: [JSONValue.Member] {
    let roles: [(TokenizerConfiguration.Role, SpecialTokens.Token?)] = [
      (.beginningOfSequence, specialTokens.beginningOfSequence),
      (.classification, specialTokens.classification),
      (.endOfSequence, specialTokens.endOfSequence), (.mask, specialTokens.mask),
      (.padding, specialTokens.padding), (.separator, specialTokens.separator),
      (.unknown, specialTokens.unknown),
    ]
    return roles.compactMap { role, token in
      token.map { .init(key: role.rawValue, value: .string($0.content)) }
    }
  }
}
