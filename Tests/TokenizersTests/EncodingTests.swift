import Foundation
import TestSupport
import Testing
import Tokenizers

struct EncodingTests {
  private func small() throws -> PretrainedTokenizer {
    try TokenizerFolder.vocabulary().tokenizer()
  }

  @Test func offsetsAreBytesOfTheText() throws {
    let text = "Thé 中 CATs"
    let encoding = try small().encode(text)
    let bytes = Array(text.utf8)
    let pieces = encoding.offsets.map { String(decoding: bytes[$0], as: UTF8.self) }
    #expect(pieces == ["", "Thé", "中", "CAT", "s", ""])
    #expect(encoding.words == [-1, 0, 1, 2, 2, -1])
    #expect(encoding.sequences == [-1, 0, 0, 0, 0, -1])
    #expect(
      ScalarOffsets(of: text).scalarRange(of: encoding.offsets[3]) == 6..<9)
  }

  @Test func anEmptyTextHasOnlySpecialTokens() throws {
    let tokenizer = try small()
    #expect(try tokenizer.encode("").ids == [2, 3])
    #expect(try tokenizer.encode("", pair: "").ids == [2, 3, 3])
    #expect(try tokenizer.encode("\u{0}\u{FFFD}").ids == [2, 3])
  }

  @Test func batchesAreEncodedInOrderOnAnyNumberOfThreads() throws {
    let tokenizer = try small()
    let words = ["the", "cat", "sat", "unknown", "中国", "mats", "Don't", "zebra"]
    let batch = (0..<1000).map { index in
      TextInput(
        (0...index % 7).map { words[($0 * 3 + index) % 8] }.joined(separator: " "),
        pair: index % 3 == 0 ? words[index % 8] : nil)
    }
    let expected = try batch.map { try tokenizer.encode($0.text, pair: $0.pair) }
    for threads in [-1, 1, 2, 3, 16] {
      let encoded = try tokenizer.encode(
        batch: batch, options: EncodingOptions(), threads: threads)
      #expect(encoded == expected)
    }
    #expect(try tokenizer.encode(batch: [], options: EncodingOptions(), threads: 4).isEmpty)
  }

  @Test func aBatchThrowsTheErrorOfTheFirstInputThatHasOne() throws {
    let tokenizer = try small()
    var batch = [TextInput](repeating: TextInput("cat"), count: 500)
    batch[77] = TextInput("the cat sat")
    batch[400] = TextInput("the cat sat the cat sat")
    let options = EncodingOptions(maximumLength: 4, truncation: .none)
    do {
      _ = try tokenizer.encode(batch: batch, options: options, threads: 2)
      Issue.record("nothing was thrown")
    } catch let error as TokenizersError {
      #expect(error.code == .truncation)
      #expect(error.description.contains("5 tokens"))
    }
  }

  @Test func countsTheTokensThatAreCutAway() throws {
    let tokenizer = try small()
    let text = "the cat sat unknown"
    let whole = try tokenizer.encode(text)
    #expect(whole.truncatedTokens == 0)
    let cut = try tokenizer.encode(text, options: EncodingOptions(maximumLength: 4))
    #expect(cut.truncatedTokens == whole.count - 4)
    #expect(cut.ids == [2, 5, 6, 3])
    let left = try tokenizer.encode(
      text, options: EncodingOptions(maximumLength: 4, direction: .left))
    #expect(left.ids == [2, 10, 11, 3])
    #expect(left.words == [-1, 3, 3, -1])
  }

  @Test func refusesToCutWhereItMayNot() throws {
    let tokenizer = try small()
    func code(_ options: EncodingOptions, pair: String? = nil) -> TokenizersError.Code? {
      do {
        _ = try tokenizer.encode("the cat sat", pair: pair, options: options)
        return nil
      } catch let error as TokenizersError {
        return error.code
      } catch {
        return nil
      }
    }
    #expect(code(EncodingOptions(maximumLength: 4, truncation: .none)) == .truncation)
    #expect(code(EncodingOptions(maximumLength: 5, truncation: .none)) == nil)
    #expect(code(EncodingOptions(maximumLength: 1)) == .truncation)
    #expect(code(EncodingOptions(maximumLength: 4, truncation: .onlySecond)) == .truncation)
    #expect(
      code(EncodingOptions(maximumLength: 5, truncation: .onlyFirst), pair: "the cat sat")
        == .truncation)
    #expect(code(EncodingOptions(maximumLength: 3), pair: "the cat sat") == nil)
  }

  @Test func findsTokensBothWays() throws {
    let tokenizer = try small()
    for (id, token) in TokenizerFolder.tokens.enumerated() {
      #expect(tokenizer.id(of: token) == TokenID(id))
      #expect(tokenizer.token(of: TokenID(id)) == token)
    }
    #expect(tokenizer.id(of: "dog") == nil)
    #expect(tokenizer.specialTokens.mask == .init(content: "[MASK]", id: 4))
    #expect(tokenizer.specialTokens.all.map(\.id) == [0, 1, 2, 3, 4])
  }

  @Test func decodesWhatItEncoded() throws {
    let tokenizer = try small()
    let ids = try tokenizer.encode("The cats, the unknown cat.").ids
    #expect(tokenizer.decode(ids) == "the cats, the unknown cat.")
    #expect(
      tokenizer.decode(ids, skippingSpecialTokens: false)
        == "[CLS] the cats, the unknown cat. [SEP]")
    #expect(tokenizer.decode([5, 999, -3, 6]) == "the cat")
  }

  @Test func readsAVeryLongWordWithoutHarm() throws {
    let tokenizer = try small()
    let encoding = try tokenizer.encode(String(repeating: "a\u{301}", count: 1_000_000))
    #expect(encoding.ids == [2, 1, 3])
    #expect(encoding.offsets[1] == 0..<2_999_998)
  }
}
