extension VocabularyTrainer {
  /// Refuses settings that make no sense.
  func checkSettings() throws(TokenizersError) {
    func check(_ isGood: Bool, _ message: @autoclosure () -> String) throws(TokenizersError) {
      if !isGood { throw TokenizersError(.invalidOption, message()) }
    }
    try check(
      (1..<1 << 24).contains(size),
      "The vocabulary's size is \(size); it must be from 1 to \(1 << 24 - 1).")
    try check(
      minimumFrequency >= 0,
      "The minimum frequency is \(minimumFrequency); it must not be negative.")
    try check(
      alphabetLimit ?? 0 >= 0,
      "The alphabet's limit is \(alphabetLimit ?? 0); it must not be negative.")
    try check(
      maximumTokenLength ?? 1 >= 1,
      "The maximum length of tokens is \(maximumTokenLength ?? 1); it must be 1 or more.")
    try check(
      maximumDistinctWords >= 1,
      "The bound of distinct words is \(maximumDistinctWords); it must be 1 or more.")
    try check(
      !specialTokens.contains(""), "A special token is empty; give it a text or leave it out.")
    try check(
      continuationPrefix != "", "The prefix of continuing pieces is empty; use nil for none.")
    try check(endOfWordSuffix != "", "The suffix of words' ends is empty; use nil for none.")
    try check(
      model == .bytePair || unknownToken != nil,
      "WordPiece needs an unknown token, such as \"[UNK]\"; none is given.")
    try check(
      model == .bytePair || continuationPrefix != nil,
      "WordPiece needs a prefix of continuing pieces, such as \"##\"; none is given.")
    try check(
      unknownToken.map(specialTokens.contains) ?? true,
      "The unknown token \"\(unknownToken ?? "")\" is not among the special tokens; add it to them."
    )
  }
}
