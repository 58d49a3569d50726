public import Models
public import Tokenizers

extension TextModel {
  /// Refuses a tokenizer that has tokens for which the model has no embedding.
  ///
  /// - Throws: ``TasksError``.
  public func requireFitting(_ tokenizer: PretrainedTokenizer) throws {
    guard tokenizer.vocabularySize <= vocabularySize else {
      throw TasksError(
        .vocabulary,
        "The tokenizer has \(tokenizer.vocabularySize) tokens, the model's embedding table "
          + "\(vocabularySize) rows: they do not belong together. Check tokenizer.json or vocab.txt "
          + "and vocab_size in config.json.")
    }
  }
}
