extension TokenizerFile {
  /// Where the configuration of GPT-2's family says whether a space is put before texts, that
  /// counts, as with Transformers.
  mutating func takePrefixSpace(
    from configuration: TokenizerConfiguration, notes: inout [String]
  ) {
    guard let addsPrefixSpace = configuration.addsPrefixSpace,
      TokenizerClass(named: configuration.className).kind != .other
    else { return }
    guard setPrefixSpace(addsPrefixSpace) else { return }
    notes.append(
      """
      tokenizer_config.json contradicts the pre-tokeniser of tokenizer.json (add_prefix_space); \
      tokenizer_config.json counts, as it does with Transformers.
      """)
  }

  /// Lets the byte-level stages put a space before texts, or not; false when that changes nothing.
  mutating func setPrefixSpace(_ addsPrefixSpace: Bool) -> Bool {
    let stored = preTokenizer
    preTokenizer = preTokenizer.withPrefixSpace(addsPrefixSpace, inStage: "ByteLevel")
    guard preTokenizer != stored else { return false }
    postProcessor = postProcessor.withPrefixSpace(addsPrefixSpace, inStage: "RobertaProcessing")
    return true
  }
}

extension JSONValue {
  /// The value with "add_prefix_space" set in the stages of one type, also within sequences.
  fileprivate func withPrefixSpace(_ value: Bool, inStage type: String) -> JSONValue {
    switch self {
    case .array(let stages): .array(stages.map { $0.withPrefixSpace(value, inStage: type) })
    case .object(let members):
      .object(
        members.map { member in
          let isSetting = member.key == "add_prefix_space" && self["type"] == .string(type)
          return .init(
            key: member.key,
            value: isSetting ? .boolean(value) : member.value.withPrefixSpace(value, inStage: type))
        })
    default: self
    }
  }
}
