/// How a byte-level vocabulary of a GGUF file splits text into words, by its `ggml.pre`.
struct GGUFSplitting {
  /// The stage, as `tokenizer.json` writes it.
  let preTokenizer: JSONValue

  /// - Throws: ``TokenizersError`` of code `unsupportedStage` that gives the name.
  init(named name: String, file: String) throws(TokenizersError) {
    switch name {
    case "gpt-2", "gpt2", "default":
      preTokenizer = Self.byteLevel(usesPattern: true)
    case "smollm", "starcoder", "refact", "command-r", "exaone":
      let digits = Self.stage("Digits", [("individual_digits", .boolean(true))])
      preTokenizer = Self.sequence([digits, Self.byteLevel(usesPattern: true)])
    case "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2",
      "jina-v5-nano", "dbrx", "smaug-bpe":
      preTokenizer = Self.split(by: Self.pattern(letters: #"\p{L}+"#, digits: #"\p{N}{1,3}"#))
    case "qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "megrez":
      preTokenizer = Self.split(by: Self.pattern(letters: #"\p{L}+"#, digits: #"\p{N}"#))
    case "qwen35":
      preTokenizer = Self.split(
        by: Self.pattern(letters: #"[\p{L}\p{M}]+"#, digits: #"\p{N}"#, marks: #"\p{M}"#))
    case let other:
      throw TokenizersError(
        .unsupportedStage,
        """
        \(file): the pre-tokeniser "\(other)" is not supported; gpt-2, smollm, llama-bpe, qwen2 and \
        their relatives are.
        """)
    }
  }

  /// English contractions; letters with one other sign before them; digits; other signs with a
  /// space before them; line ends; spaces up to the last before a word.
  private static func pattern(letters: String, digits: String, marks: String = "") -> String {
    [
      #"(?i:'s|'t|'re|'ve|'m|'ll|'d)"#, #"[^\r\n\p{L}\p{N}]?"# + letters, digits,
      #" ?[^\s\p{L}"# + marks + #"\p{N}]+[\r\n]*"#, #"\s*[\r\n]+"#, #"\s+(?!\S)"#, #"\s+"#,
    ].joined(separator: "|")
  }

  private static func split(by pattern: String) -> JSONValue {
    let regex = JSONValue.object([.init(key: "Regex", value: .string(pattern))])
    return sequence([
      stage(
        "Split",
        [
          ("pattern", regex), ("behavior", .string("Isolated")), ("invert", .boolean(false)),
        ]),
      byteLevel(usesPattern: false),
    ])
  }

  /// The stage that writes bytes as characters, which is its own decoder.
  static func byteLevel(usesPattern: Bool) -> JSONValue {
    stage(
      "ByteLevel",
      [
        ("add_prefix_space", .boolean(false)), ("trim_offsets", .boolean(true)),
        ("use_regex", .boolean(usesPattern)),
      ])
  }

  private static func sequence(_ stages: [JSONValue]) -> JSONValue {
    stage("Sequence", [("pretokenizers", .array(stages))])
  }

  private static func stage(_ type: String, _ members: [(String, JSONValue)]) -> JSONValue {
    .object(
      [.init(key: "type", value: .string(type))] + members.map { .init(key: $0.0, value: $0.1) })
  }
}
