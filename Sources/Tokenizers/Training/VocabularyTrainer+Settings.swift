extension VocabularyTrainer {
  /// Refuses settings that make no sense.
  func checkSettings() throws(TokenizersError) {
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
      model != .wordPiece || unknownToken != nil,
      "WordPiece needs an unknown token, such as \"[UNK]\"; none is given.")
    try check(
      model != .wordPiece || continuationPrefix != nil,
      "WordPiece needs a prefix of continuing pieces, such as \"##\"; none is given.")
    if model == .unigram { try checkUnigramSettings() }
    try check(
      unknownToken.map(specialTokens.contains) ?? true,
      "The unknown token \"\(unknownToken ?? "")\" is not among the special tokens; add it to them."
    )
  }

  /// Refuses what Unigram has no use for, rather than passing it over.
  private func checkUnigramSettings() throws(TokenizersError) {
    try check(
      minimumFrequency == 0,
      "Unigram knows no minimum frequency, and it is \(minimumFrequency); leave it at 0.")
    try check(
      alphabetLimit == nil, "Unigram keeps every character; leave the alphabet's limit at nil.")
    try check(
      continuationPrefix == nil && endOfWordSuffix == nil,
      "Unigram marks no pieces; leave the prefix and the suffix of pieces at nil.")
    let longest = PieceLattice.longestPiece
    try check(
      maximumTokenLength ?? 1 <= longest,
      """
      The maximum length of tokens is \(maximumTokenLength ?? 1); for Unigram it must be \(longest) \
      or less.
      """)
    try check(
      shrinkingFactor > 0 && shrinkingFactor < 1,
      "The shrinking factor is \(shrinkingFactor); it must be above 0 and below 1.")
    try check(
      iterationsPerPruning >= 1,
      "The iterations before pruning are \(iterationsPerPruning); there must be 1 or more.")
  }

  private func check(
    _ isGood: Bool, _ message: @autoclosure () -> String
  ) throws(TokenizersError) {
    if !isGood { throw TokenizersError(.invalidOption, message()) }
  }
}
