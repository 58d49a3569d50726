import Finetune
import Foundation
import TestSupport
import Testing

/// `finetune tokenizer train`.
@Suite struct TokenizerTests {
  let desk: Desk

  init() throws {
    desk = try TunedRun.shared.get().desk
  }

  @Test(
    "A vocabulary is learnt from a file, and its folder is a tokenizer",
    arguments: [("byte-bpe", "BPE"), ("wordpiece", "WordPiece"), ("unigram", "Unigram")])
  func trainsATokenizer(kind: String, model: String) throws {
    let folder = "tokenizers/\(kind)"
    let outcome = try desk.program.run(
      "tokenizer", "train", "train.csv", "--kind", kind, "--size", "300", "--output", folder)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.error.contains("(\(model)) are in \(folder)."))
    let tokenizer = try PretrainedTokenizer(folder: desk.url(folder))
    #expect(tokenizer.kind == model)
    let ids = try tokenizer.encode("the film is good", pair: nil, options: .init()).ids
    #expect(tokenizer.decode(ids, skippingSpecialTokens: true) == "the film is good")

    let again = try desk.program.run(
      "tokenizer", "train", "train.csv", "--kind", kind, "--output", folder)
    #expect(again.status != 0)
    #expect(again.error.contains("\(folder) holds a tokenizer already."))
  }

  @Test("A file that is not there is named, and nothing is made")
  func namesAMissingFile() throws {
    let outcome = try desk.program.run(
      "tokenizer", "train", "none.txt", "--kind", "byte-bpe", "--output", "tokenizers/none")
    #expect(outcome.status != 0)
    #expect(outcome.error.contains("none.txt"))
    #expect(!desk.holds("tokenizers/none"))
  }
}
