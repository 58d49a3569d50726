import Testing
import Tokenizers

@Suite struct WordVocabularyTests {
  private let texts = [
    "The cat sat on the mat.", "the Cat — the café!", "猫坐在垫子上。", "the rare one",
  ]

  private func tokenizer(_ vocabulary: WordVocabulary) throws -> PretrainedTokenizer {
    try PretrainedTokenizer(wordsOf: texts, vocabulary)
  }

  @Test("Words are numbered by how often they are there, equal ones by their bytes")
  func ordersWordsByCount() throws {
    let tokenizer = try tokenizer(.init(size: 100, minimumCount: 2, lowercases: true))
    let tokens = (0..<Int32(tokenizer.vocabularySize)).map { tokenizer.token(of: $0) }
    #expect(tokens == ["[PAD]", "[UNK]", "the", "cat"])
  }

  @Test("A word is a token or unknown, never pieces; nothing is put around a text")
  func keepsWordsWhole() throws {
    let tokenizer = try tokenizer(.init(size: 100, minimumCount: 1, lowercases: true))
    let encoding = try tokenizer.encode("The cats CAFÉ 猫", pair: nil, options: .init())
    #expect(encoding.ids.map { tokenizer.token(of: $0) } == ["the", "[UNK]", "cafe", "猫"])
    #expect(encoding.offsets == [0..<3, 4..<8, 9..<14, 15..<18])
  }

  @Test("Only the most frequent words are kept when there are too many")
  func limitsTheSize() throws {
    let tokenizer = try tokenizer(.init(size: 1, minimumCount: 1, lowercases: false))
    #expect(tokenizer.vocabularySize == 3)
    #expect(tokenizer.id(of: "the") == 2)
  }

  @Test("Texts without a word that is frequent enough are refused")
  func refusesRareWords() {
    let error = #expect(throws: TokenizersError.self) {
      try tokenizer(.init(size: 10, minimumCount: 9, lowercases: true))
    }
    #expect(
      error?.description
        == "None of the 18 words of the texts is there 9 times. Lower the minimum count, or give "
        + "more texts.")
  }

  @Test("A literal [PAD] or [UNK] in a text is the special token, and listed once")
  func keepsSpecialTokensApart() throws {
    let tokenizer = try PretrainedTokenizer(
      wordsOf: ["a [PAD] b", "a [UNK]"], .init(size: 10, minimumCount: 1, lowercases: true))
    #expect(tokenizer.vocabularySize == 4)
  }
}
