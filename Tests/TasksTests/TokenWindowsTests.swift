import Datasets
import Evaluation
import Foundation
import Layers
import Models
import Tasks
import TestSupport
import Testing
import Tokenizers
import Torch

/// Rows that are longer than a model takes.
struct TokenWindowsTests {
  /// Words of one to several tokens, with tags.
  private func long(_ count: Int, seed: UInt64 = 3) -> TextRow {
    var random = SplitMix(state: seed)
    let words = (0..<count).map { _ in
      ["Angela", "2024-11-21", "x", "北", "U.S.", "\u{200d}"][random.below(6)]
    }
    let tags = words.map { _ in TaggingCase.labels[random.below(5)] }
    return TaggingCase.row(words, .tags(tags))
  }

  @Test("A long row is cut, and the tokens that are lost are counted")
  func cutsAndCounts() throws {
    let row = long(60)
    let whole = try TaggingCase.encode([row], "bert", for: .evaluation)[0]
    let cut = try TaggingCase.encode([row], "bert", maximumLength: 20, for: .evaluation)[0]
    #expect(whole.truncatedTokens == 0 && whole.length == whole.examples[0].tokenCount)
    #expect(cut.examples.count == 1 && cut.examples[0].windows.count == 1)
    let kept = cut.examples[0].windows[0].tokens.ids
    #expect(kept.count == 20)
    #expect(kept.dropLast() == whole.examples[0].windows[0].tokens.ids[..<19])
    #expect(cut.truncatedTokens == whole.length - 20 && cut.length == whole.length)
    #expect(cut.examples[0].wordCount == 60 && cut.examples[0].targets.count == 60)
  }

  @Test("Cut from the left, the end of a row stays")
  func cutsFromTheLeft() throws {
    var encoder = try TaggingCase.encoder("bert", maximumLength: 20)
    encoder.options.direction = .left
    let row = long(60)
    let cut = try TokenClassificationTask().encode(
      [row], labels: nil, with: encoder, for: .prediction)[0]
    let whole = try TaggingCase.encode([row], "bert", for: .evaluation)[0]
    let ids = whole.examples[0].windows[0].tokens.ids
    #expect(cut.examples[0].windows[0].tokens.ids == [ids[0]] + ids.suffix(19))
    #expect(cut.examples[0].windows[0].words.last == whole.examples[0].windows[0].words.last)
  }

  @Test("A row that may not be cut is named")
  func namesARowThatMayNotBeCut() throws {
    var encoder = try TaggingCase.encoder("bert", maximumLength: 8)
    encoder.options.truncation = .none
    let message = told {
      try TokenClassificationTask().encode(
        [long(30)], labels: nil, with: encoder, for: .prediction)
    }
    #expect(message?.hasPrefix("rows.conll, line 1: the row has ") == true)
    #expect(message?.hasSuffix("tokens, more than the 8 allowed, and may not be cut.") == true)
  }

  @Test(
    "Windows lose no word, hold no more than fits, and share what they may",
    arguments: [(14, 0), (14, 4), (20, 10), (30, 27)])
  func losesNoWord(length: Int, stride: Int) throws {
    let settings = TokenClassificationSettings(stride: stride)
    for seed in 0..<12 {
      let row = long(20 + 7 * seed, seed: UInt64(seed))
      let whole = try TaggingCase.encode([row], "bert", for: .evaluation)[0].examples[0]
      let encoded = try TaggingCase.encode(
        [row], "bert", settings, maximumLength: length, for: .evaluation)[0]
      let example = try #require(encoded.examples.first)
      #expect(encoded.truncatedTokens == 0 && encoded.length <= length)
      #expect(example.windows.allSatisfy { $0.tokens.ids.count <= length })
      let words = example.windows.flatMap(\.words).sorted()
      #expect(words == whole.windows[0].words, "seed \(seed)")
      // What is read of a word is the token that stands there in the whole row.
      let tokens = Dictionary(
        uniqueKeysWithValues: zip(
          whole.windows[0].words, whole.windows[0].places.map { whole.windows[0].tokens.ids[$0] }))
      for window in example.windows {
        for (place, word) in zip(window.places, window.words) {
          #expect(window.tokens.ids[place] == tokens[word])
        }
      }
      let all = example.windows.reduce(0) { $0 + $1.tokens.ids.count - 2 }
      let own = whole.windows[0].tokens.ids.count - 2
      #expect(all - own <= stride * (example.windows.count - 1))
    }
  }

  @Test("In training each window is an example, and each word is learned once")
  func learnsEachWordOnce() throws {
    let settings = TokenClassificationSettings(stride: 6)
    let row = long(80)
    let whole = try TaggingCase.encode([row], "bert", for: .training)[0].examples[0]
    let encoded = try TaggingCase.encode(
      [row], "bert", settings, maximumLength: 18, for: .training)[0]
    #expect(encoded.examples.count > 5)
    #expect(encoded.examples.allSatisfy { $0.windows.count == 1 })
    #expect(encoded.examples.flatMap(\.targets) == whole.targets)
    let tokens = encoded.examples.flatMap { example in
      example.windows[0].places.map { example.windows[0].tokens.ids[$0] }
    }
    #expect(tokens == whole.windows[0].places.map { whole.windows[0].tokens.ids[$0] })
  }

  @Test("Of a word that is longer than a window only the rest is cut")
  func cutsALongWord() throws {
    let row = TaggingCase.row(["x", String(repeating: "2024-", count: 12), "x"])
    let encoded = try TokenClassificationTask(.init(stride: 2)).encode(
      [row], labels: nil, with: TaggingCase.encoder("bert", maximumLength: 10), for: .prediction)[0]
    #expect(encoded.truncatedTokens > 0)
    #expect(encoded.examples[0].windows.flatMap(\.words) == [0, 1, 2])
  }

  @Test("A row in windows has a tag for each word, and a loss over all of them")
  func predictsInWindows() throws {
    let settings = TokenClassificationSettings(crf: true, stride: 6)
    let task = try TaggingCase.tagger("bert", settings)
    let rows = [long(90), long(3), long(41)]
    let encoded = try TaggingCase.encode(
      rows, "bert", settings, maximumLength: 18, for: .evaluation)
    let examples = encoded.flatMap(\.examples)
    let outputs = try withoutGradients { try task.predict(examples) }
    #expect(outputs.map(\.tags.count) == [90, 3, 41])
    // The loss by tensors and the one by numbers see the words in one order.
    let loss = try withoutGradients { try task.loss(examples) }
    let again = try task.loss(of: outputs, examples)
    #expect(loss.weight == again.weight)
    #expect(abs(try loss.sum.item() - again.sum) < 1e-4 * again.sum)
  }

  @Test("Settings that leave windows no room are refused")
  func refusesAStrideWithoutRoom() throws {
    #expect(
      told {
        try TaggingCase.encode(
          [long(4)], "bert", .init(stride: 8), maximumLength: 10, for: .training)
      }
        == "Windows of 8 tokens, without the special ones, cannot share 8: the stride must be less "
        + "than that.")
    #expect(
      told { try TaggingCase.encode([long(4)], "bert", maximumLength: 2, for: .training) }
        == "A maximum length of 2 tokens leaves no room for words beside the 2 special ones.")
  }
}
