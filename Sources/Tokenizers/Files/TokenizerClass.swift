#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What a tokeniser class of Transformers takes for granted where the files do not say.
struct TokenizerClass: Sendable {
  /// How a class builds its tokenizer from `vocab.json` and `merges.txt`.
  enum Kind: Sendable {
    /// GPT-2: byte-level pairs, no special tokens around a text.
    case gpt2
    /// RoBERTa, BART: as GPT-2, with `<s>` and `</s>` around a text.
    case roberta
    /// Qwen 2: normalised text, a pattern of its own.
    case qwen2
    /// Any other class, which those files do not suffice for.
    case other
  }

  let kind: Kind
  /// How the class writes its special tokens.
  let roles: [TokenizerConfiguration.Role: String]

  private static let bert: [TokenizerConfiguration.Role: String] = [
    .unknown: "[UNK]", .separator: "[SEP]", .padding: "[PAD]", .classification: "[CLS]",
    .mask: "[MASK]",
  ]
  private static let roberta: [TokenizerConfiguration.Role: String] = [
    .beginningOfSequence: "<s>", .endOfSequence: "</s>", .separator: "</s>",
    .classification: "<s>", .unknown: "<unk>", .padding: "<pad>", .mask: "<mask>",
  ]
  private static let llama: [TokenizerConfiguration.Role: String] = [
    .beginningOfSequence: "<s>", .endOfSequence: "</s>", .unknown: "<unk>",
  ]
  private static let classes: [String: (Kind, [TokenizerConfiguration.Role: String])] = [
    "GPT2Tokenizer": (
      .gpt2,
      [
        .beginningOfSequence: "<|endoftext|>", .endOfSequence: "<|endoftext|>",
        .unknown: "<|endoftext|>",
      ]
    ),
    "RobertaTokenizer": (.roberta, roberta), "BartTokenizer": (.roberta, roberta),
    "Qwen2Tokenizer": (
      .qwen2,
      [.endOfSequence: "<|endoftext|>", .unknown: "<|endoftext|>", .padding: "<|endoftext|>"]
    ),
    "XLMRobertaTokenizer": (.other, roberta), "LlamaTokenizer": (.other, llama),
    "T5Tokenizer": (
      .other, [.endOfSequence: "</s>", .unknown: "<unk>", .padding: "<pad>"]
    ),
    "XLNetTokenizer": (
      .other,
      [
        .beginningOfSequence: "<s>", .endOfSequence: "</s>", .unknown: "<unk>",
        .separator: "<sep>", .padding: "<pad>", .classification: "<cls>", .mask: "<mask>",
      ]
    ),
    "AlbertTokenizer": (
      .other,
      [
        .beginningOfSequence: "[CLS]", .endOfSequence: "[SEP]", .unknown: "<unk>",
        .separator: "[SEP]", .padding: "<pad>", .classification: "[CLS]", .mask: "[MASK]",
      ]
    ),
    "PreTrainedTokenizerFast": (.other, [:]), "TokenizersBackend": (.other, [:]),
  ]

  /// The class of a name, with or without "Fast"; unknown ones count as BERT's.
  init(named name: String?) {
    var name = name ?? ""
    if name.hasSuffix("TokenizerFast"), name != "PreTrainedTokenizerFast" { name.removeLast(4) }
    (kind, roles) = Self.classes[name] ?? (.other, Self.bert)
  }

  /// The names of the classes that can be built from `vocab.json` and `merges.txt`.
  static let pairFileClasses = [
    "GPT2Tokenizer", "RobertaTokenizer", "BartTokenizer", "Qwen2Tokenizer",
  ]

  private static let modelTypes = [
    "gpt2": "GPT2Tokenizer", "roberta": "RobertaTokenizer", "bart": "RobertaTokenizer",
    "qwen2": "Qwen2Tokenizer", "qwen3": "Qwen2Tokenizer", "t5": "T5Tokenizer",
    "xlm-roberta": "XLMRobertaTokenizer", "xlnet": "XLNetTokenizer", "albert": "AlbertTokenizer",
  ]

  /// The class that Transformers takes for the model type in a folder's `config.json`; nil if the
  /// folder has none or its type stands for no class known here.
  static func name(forModelIn folder: URL) throws(TokenizersError) -> String? {
    let value = try TextFile.json(of: folder.appending(path: "config.json"))
    return value?["model_type"]?.stringValue.flatMap { modelTypes[$0] }
  }
}
