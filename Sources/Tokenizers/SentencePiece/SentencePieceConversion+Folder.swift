#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension SentencePieceConversion {
  /// How the files of T5, XLNet and ALBERT, of XLM-R, and of Llama are called.
  static let fileNames = ["spiece.model", "sentencepiece.bpe.model", "tokenizer.model"]

  /// Reads the SentencePiece file of a folder; nil if there is none.
  init?(folder: URL, _ configuration: TokenizerConfiguration) throws(TokenizersError) {
    for name in Self.fileNames {
      let url = folder.appending(path: name)
      guard let bytes = try TextFile.rawBytes(of: url) else { continue }
      let description = try TextFile.json(of: folder.appending(path: "config.json"))
      let kind = try SentencePieceClass(
        named: configuration.setting("tokenizer_class")?.stringValue
          ?? description?["tokenizer_class"]?.stringValue,
        modelType: description?["model_type"]?.stringValue, file: url.path)
      self.init(
        try SentencePieceModel(bytes, file: url.path), as: kind, configuration, file: url.path)
      return
    }
    return nil
  }

  /// What the file asks for and its class does not do, as sentences.
  var notes: [String] {
    let splitsAtSpaces =
      switch kind {
      case .t5, .xlnet, .xlmRoberta, .albert: true
      case .llama, .general: false
      }
    let differences: [(String, Bool, Bool)] = [
      ("add_dummy_prefix", model.addsDummyPrefix, prependScheme != "never" && kind != .general),
      ("remove_extra_whitespaces", model.removesExtraSpaces, splitsAtSpaces),
      ("escape_whitespaces", model.escapesSpaces, true),
    ]
    return differences.filter { $0.1 != $0.2 }.map { name, value, _ in
      """
      \(file) says \(name) = \(value), which does not count: \(kind.rawValue) has its own rules \
      for spaces, as with Transformers.
      """
    }
  }
}
