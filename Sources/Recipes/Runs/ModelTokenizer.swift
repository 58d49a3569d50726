internal import Foundation
internal import Layers
internal import Tokenizers

extension PretrainedTokenizer {
  /// The tokenizer of a model: of its folder's files, or of a GGUF file where the model is one.
  ///
  /// - Throws: ``RunError`` for a GGUF file without a tokenizer; `TokenizersError` or `LayersError`.
  init(model path: URL) throws {
    let isThere = { (name: String) in
      FileManager.default.fileExists(atPath: path.appending(path: name).path)
    }
    guard !isThere("config.json"), !isThere("tokenizer.json"),
      let file = try Checkpoint.ggufFile(at: path)
    else {
      try self.init(folder: path)
      return
    }
    let gguf = try GGUFFile(file)
    guard let stored = try gguf.tokenizer() else {
      throw RunError(
        .model,
        "\(file.relativePath) holds no tokenizer. Put it into a folder with the model's "
          + "tokenizer.json.")
    }
    try self.init(
      GGUFVocabulary(stored, architecture: gguf.architecture), name: file.relativePath)
  }
}

extension GGUFVocabulary {
  /// The same values as the reader of GGUF files has them, by the names of Tokenizers.
  fileprivate init(_ stored: GGUFTokenizer, architecture: String?) {
    self.init(model: stored.model, tokens: stored.tokens)
    preTokenizer = stored.preTokenizer
    self.architecture = architecture
    scores = stored.scores.map { Float($0) }
    tokenTypes = stored.types
    merges = stored.merges
    beginningID = stored.specialIds["bos"]
    endID = stored.specialIds["eos"]
    unknownID = stored.specialIds["unknown"]
    paddingID = stored.specialIds["padding"]
    addsBeginning = stored.flags["add_bos_token"]
    addsEnd = stored.flags["add_eos_token"]
    chatTemplate = stored.chatTemplate
  }
}
