extension PretrainedTokenizer {
  /// Whether batches of the model were filled up in front of texts (`padding_side` is `left`), as
  /// XLNet's are, rather than behind them.
  ///
  /// There is no padding here; but such models read a pair for question answering in the other
  /// order, the text before the question.
  public var padsInFront: Bool {
    guard case .string("left") = configuration.setting("padding_side") else {
      return configuration.setting("padding_side") == nil
        && configuration.className?.hasPrefix("XLNetTokenizer") == true
    }
    return true
  }
}
