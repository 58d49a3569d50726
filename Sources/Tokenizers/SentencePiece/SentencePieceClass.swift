/// The tokenizer classes of Transformers that a SentencePiece file is read by.
///
/// Which one it is decides the templates, the special tokens and how spaces are treated: the file
/// itself does not say that.
enum SentencePieceClass: String, CaseIterable {
  case t5 = "T5Tokenizer"
  case xlnet = "XLNetTokenizer"
  case xlmRoberta = "XLMRobertaTokenizer"
  case albert = "AlbertTokenizer"
  case llama = "LlamaTokenizer"
  /// The class for models without one of their own: nothing but what the file says.
  case general = "TokenizersBackend"

  /// The class for a folder, by the rules of Transformers' `AutoTokenizer`: the class that the
  /// configuration names, else the one of the model's type.
  ///
  /// - Throws: ``TokenizersError`` of code `unsupportedStage` that names the class.
  init(
    named name: String?, modelType: String?, file: String
  ) throws(TokenizersError) {
    guard name != nil || modelType != nil else {
      throw TokenizersError(
        .unreadableFile,
        """
        \(file): how this SentencePiece model is used depends on the model it belongs to; put its \
        config.json (with model_type) or tokenizer_config.json (with tokenizer_class) beside it.
        """)
    }
    let known = modelType.flatMap { Self.classNames[$0] }
    if known == SentencePieceClass.general.rawValue {
      self = .general
      return
    }
    let chosen = name ?? known ?? SentencePieceClass.general.rawValue
    let plain = chosen.hasSuffix("Fast") ? String(chosen.dropLast(4)) : chosen
    if let kind = SentencePieceClass(rawValue: plain) {
      self = kind
    } else if plain == "PreTrainedTokenizer" {
      self = .general
    } else {
      throw TokenizersError(
        .unsupportedStage,
        """
        \(file): the tokenizer class "\(chosen)" is not supported for SentencePiece files; \
        \(Self.allCases.map(\.rawValue).joined(separator: ", ")) are. A tokenizer.json in the \
        folder is read whatever its class.
        """)
    }
  }

  /// The classes of model types; a type that is not here has the general one.
  private static let classNames: [String: String] = {
    var names: [String: String] = [:]
    let types: [(String, [String])] = [
      ("AlbertTokenizer", ["albert", "yoso"]),
      (
        "T5Tokenizer", ["t5", "mt5", "musicgen", "musicgen_melody", "switch_transformers"]
      ),
      ("XLNetTokenizer", ["xlnet"]),
      (
        "XLMRobertaTokenizer",
        ["xlm-roberta", "xmod", "gte", "jina_embeddings_v3", "metaclip_2", "trocr"]
      ),
      ("LlamaTokenizer", ["idefics", "idefics2"]),
      // These have the general class even if the configuration names another.
      (
        "TokenizersBackend",
        [
          "mistral", "mistral3", "mistral_large4", "ministral", "ministral3", "mixtral", "pixtral",
          "voxtral", "umt5", "xlm-roberta-xl", "pegasus_x", "bigbird_pegasus", "phi3", "internlm2",
          "internlm3", "arctic",
          "minicpm3", "llava", "llava_next", "nemotron", "jamba",
        ]
      ),
      ("BarthezTokenizer", ["barthez"]), ("BertGenerationTokenizer", ["bert-generation"]),
      ("BigBirdTokenizer", ["big_bird"]), ("CamembertTokenizer", ["camembert"]),
      ("CodeLlamaTokenizer", ["code_llama"]), ("CpmTokenizer", ["cpm"]),
      ("DebertaV2Tokenizer", ["deberta-v2"]), ("FNetTokenizer", ["fnet"]),
      (
        "GemmaTokenizer",
        ["gemma", "gemma2", "gemma3", "gemma3_text", "gemma3n", "gemma3n_text"]
      ),
      ("M2M100Tokenizer", ["m2m_100"]), ("MarianTokenizer", ["marian"]),
      ("MBartTokenizer", ["mbart"]), ("MBart50Tokenizer", ["mbart50"]),
      ("NllbTokenizer", ["nllb", "nllb-moe"]), ("PegasusTokenizer", ["pegasus"]),
      ("PLBartTokenizer", ["plbart"]), ("ReformerTokenizer", ["reformer"]),
      ("RemBertTokenizer", ["rembert"]), ("SeamlessM4TTokenizer", ["seamless_m4t"]),
      ("SiglipTokenizer", ["siglip"]), ("SpeechT5Tokenizer", ["speecht5"]),
      ("UdopTokenizer", ["udop"]), ("XGLMTokenizer", ["xglm"]),
    ]
    for (name, types) in types { for type in types { names[type] = name } }
    return names
  }()
}
