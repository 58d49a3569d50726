/// The tokeniser that a GGUF file holds in its metadata, as plain values.
public struct GGUFTokenizer: Sendable, Equatable {
  /// The kind: "llama" for SentencePiece's BPE, "gpt2" for byte-level BPE, "t5" for unigrams, "bert"
  /// for WordPiece.
  public var model: String
  /// Which pre-tokeniser a byte-level BPE has, such as "llama-bpe" or "qwen2".
  public var preTokenizer: String?
  /// The tokens, in the order of their ids.
  public var tokens: [String]
  /// The score of each token; empty when there are none.
  public var scores: [Double]
  /// The kind of each token: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte; empty
  /// when there are none.
  public var types: [Int]
  /// The merges of a BPE, best first, each two tokens with a space between them.
  public var merges: [String]
  /// Ids of special tokens by their role in the metadata: "bos", "eos", "unknown", "separator",
  /// "padding", "mask", "eot" and others.
  public var specialIds: [String: Int]
  /// What is done by itself, by the name in the metadata: "add_bos_token", "add_eos_token",
  /// "add_space_prefix", "remove_extra_whitespaces" and others.
  public var flags: [String: Bool]
  /// The template of conversations, in Jinja's language.
  public var chatTemplate: String?

  /// Makes a tokeniser's metadata from their parts.
  public init(
    model: String, preTokenizer: String? = nil, tokens: [String], scores: [Double] = [],
    types: [Int] = [], merges: [String] = [], specialIds: [String: Int] = [:],
    flags: [String: Bool] = [:], chatTemplate: String? = nil
  ) {
    self.model = model
    self.preTokenizer = preTokenizer
    self.tokens = tokens
    self.scores = scores
    self.types = types
    self.merges = merges
    self.specialIds = specialIds
    self.flags = flags
    self.chatTemplate = chatTemplate
  }
}

extension GGUFFile {
  /// The tokeniser in the metadata; nil when there is none.
  ///
  /// - Throws: ``LayersError`` when a list is not of the kind that it must be.
  public func tokenizer() throws -> GGUFTokenizer? {
    let prefix = "tokenizer.ggml."
    guard let model = metadata[prefix + "model"]?.text else { return nil }
    func list<Element>(
      _ key: String, of kind: String, _ element: (GGUFValue) -> Element?
    ) throws -> [Element] {
      guard let value = metadata[prefix + key] else { return [] }
      let found = value.elements?.compactMap(element)
      guard let found, found.count == value.elements?.count else {
        throw LayersError(.file, "\(origin): \(prefix)\(key) must be a list of \(kind).")
      }
      return found
    }
    var specialIds: [String: Int] = [:]
    var flags: [String: Bool] = [:]
    for (key, value) in metadata where key.hasPrefix(prefix) {
      let name = key.dropFirst(prefix.count)
      if name.hasSuffix("_token_id"), let id = value.integer {
        specialIds[String(name.dropLast("_token_id".count))] = id
      } else if let flag = value.flag {
        flags[String(name)] = flag
      }
    }
    return GGUFTokenizer(
      model: model, preTokenizer: metadata[prefix + "pre"]?.text,
      tokens: try list("tokens", of: "texts", \.text),
      scores: try list("scores", of: "numbers", \.number),
      types: try list("token_type", of: "whole numbers", \.integer),
      merges: try list("merges", of: "texts", \.text), specialIds: specialIds, flags: flags,
      chatTemplate: metadata["tokenizer.chat_template"]?.text)
  }
}
