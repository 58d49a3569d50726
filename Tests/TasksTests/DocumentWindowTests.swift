import Datasets
import Foundation
import Layers
import Models
import Tasks
import TestSupport
import Testing
import Tokenizers
import Torch

/// Classification of documents that are longer than the model reads at once.
struct DocumentWindowTests {
  private let small: SmallTask
  private let labels: LabelSet
  private let text = (0..<70).map { "word\($0 * 7 % 55)" }.joined(separator: " ")

  init() throws {
    small = try SmallTask()
    labels = try LabelSet(names: small.labels.names)
  }

  private func encoder() throws -> RowEncoder {
    RowEncoder(
      tokenizer: try PretrainedTokenizer(folder: small.folder.url),
      options: EncodingOptions(maximumLength: 32), threads: 1)
  }

  private func rows(_ texts: [String]) -> [TextRow] {
    texts.enumerated().map { place, text in
      TextRow(
        text: text, target: .label(labels.names[place % 3]),
        location: RowLocation(file: "rows.csv", line: place + 2))
    }
  }

  private func model(_ task: TextClassificationTask) throws -> TextClassification {
    try task.model(
      ModelRequest(
        source: .folder(small.folder.url), labels: labels, training: [],
        tokenizer: PretrainedTokenizer(folder: small.folder.url), dropout: 0, options: .init()))
  }

  private func examples(
    _ windows: DocumentWindows?, _ texts: [String], purpose: ExamplePurpose = .training
  ) throws -> [EncodedRow<ClassificationExample>] {
    try TextClassificationTask(windows: windows).encode(
      rows(texts), labels: labels, with: encoder(), for: purpose)
  }

  @Test func `without the setting texts are cut`() throws {
    let encoded = try examples(nil, [text])
    #expect(encoded[0].examples.map(\.windows.count) == [1])
    #expect(encoded[0].truncatedTokens == 40 && encoded[0].length == 72)
  }

  @Test func `a document is one example of several windows, and nothing is cut`() throws {
    let encoded = try examples(DocumentWindows(overlap: 10), [text, "word3"])
    #expect(encoded.map(\.examples.count) == [1, 1])
    // 70 words in windows of 30, every 20 words.
    #expect(encoded[0].examples[0].windows.map(\.ids.count) == [32, 32, 32])
    #expect(encoded[0].examples[0].tokenCount == 96)
    #expect(encoded[1].examples[0].windows.map(\.ids.count) == [3])
    #expect(encoded[0].truncatedTokens == 0 && encoded[0].length == 72)
  }

  @Test(arguments: DocumentWindows.Pooling.allCases)
  func `scores of windows become one`(_ pooling: DocumentWindows.Pooling) throws {
    let windows = DocumentWindows(overlap: 10, pooling: pooling)
    let task = try model(TextClassificationTask(windows: windows))
    let document = try examples(windows, [text, "word3 word4"]).flatMap(\.examples)
    let output = try withoutGradients { try task.predict(document) }
    let alone = document.map { example in
      example.windows.map {
        ClassificationExample(tokens: $0, target: .none, location: example.location)
      }
    }
    for (output, parts) in zip(output, alone) {
      let logits = try withoutGradients { try task.predict(parts).map(\.logits) }
      for label in 0..<3 {
        let column = logits.map { $0[label] }
        let expected =
          pooling == .mean ? column.reduce(0, +) / Float(column.count) : column.max() ?? .nan
        #expect(abs(output.logits[label] - expected) < 1e-5)
      }
    }
    let (sum, weight) = try task.loss(of: output, document)
    #expect(abs(try task.loss(document).sum.item() - sum) < 1e-4 && weight == 2)
  }

  @Test func `every window of a document is learned from`() throws {
    let windows = DocumentWindows(overlap: 0)
    let task = try model(TextClassificationTask(windows: windows))
    try task.store.setTrainable()
    let text = (0..<40).map { "word\($0)" }.joined(separator: " ")
    try task.loss(examples(windows, [text]).flatMap(\.examples)).sum.backward()
    let table = try #require(task.store["bert.embeddings.word_embeddings.weight"])
    let gradient = try #require(table.value.gradient)
    let used = Set(5..<45)
    for word in 5..<60 {
      let size = try gradient.select(0, word).absolute().maximum().item()
      #expect((size > 0) == used.contains(word))
    }
  }

  @Test func `memory of a long document is that of some windows`() throws {
    let long = Array(repeating: text, count: 300).joined(separator: " ")
    let windows = DocumentWindows(overlap: 0)
    let task = try model(TextClassificationTask(windows: windows))
    let document = try examples(windows, [long], purpose: .prediction).flatMap(\.examples)
    #expect(document[0].windows.count == 700)
    let whole = try withoutGradients { try task.logits(document).values(as: Float.self) }
    let inParts = try withoutGradients { try task.predict(document)[0].logits }
    for (one, other) in zip(whole, inParts) { #expect(abs(one - other) < 1e-5) }
  }

  @Test func `the windows are stored with the model`() throws {
    let windows = DocumentWindows(length: 20, overlap: 4, pooling: .maximum)
    let output = try TemporaryFolder()
    try model(TextClassificationTask(windows: windows)).save(to: output.url)
    let settled = try TextClassificationTask().settled(
      on: ModelDescription(folder: output.url))
    #expect(settled.windows == windows)
    let tuned = try settled.tuned(
      TunedModelRequest(
        folder: output.url, tokenizer: PretrainedTokenizer(folder: output.url), options: .init()))
    #expect(tuned.windows == windows)
    // Tuned again without windows, the model reads whole texts.
    let again = try TextClassificationTask().model(
      ModelRequest(
        source: .folder(output.url), labels: labels, training: [], tokenizer: tuned.tokenizer,
        dropout: nil, options: .init()))
    #expect(again.windows == nil)
  }

  @Test func `windows share a quarter of their length unless said otherwise`() throws {
    let encoded = try examples(DocumentWindows(), [text])
    // 70 words in windows of 30, of which the next one repeats a quarter of 32.
    let ids = encoded[0].examples[0].windows.map(\.ids)
    #expect(ids.map(\.count) == [32, 32, 28])
    #expect(ids[0].dropLast().suffix(8) == ids[1].dropFirst().prefix(8))
    let short = try examples(DocumentWindows(length: 12), [text])
    #expect(short[0].examples[0].windows.allSatisfy { $0.ids.count <= 12 })
  }

  @Test(arguments: [
    (DocumentWindows(), "the greatest length that share a quarter of it"),
    (DocumentWindows(length: 20), "20 tokens that share 5"),
    (DocumentWindows(overlap: 9), "the greatest length that share 9"),
  ])
  func `windows are told with the data`(_ windows: DocumentWindows, _ told: String) {
    let task = TextClassificationTask(windows: windows)
    #expect(task.readsWindows && !TextClassificationTask().readsWindows)
    #expect(task.summary(of: RowReading()).hasSuffix("; long texts in windows of " + told))
  }

  @Test(arguments: [
    (DocumentWindows(overlap: -3), "Windows share -3 tokens; that must be at least 0."),
    (
      DocumentWindows(length: 8, overlap: 8),
      "Windows of 8 tokens share 8; that must be at least 0 and less than the length."
    ), (DocumentWindows(length: 0), "The length of windows is 0 tokens; it must be at least 1."),
  ])
  func `settings that make no windows are refused`(_ windows: DocumentWindows, _ told: String) {
    let error = #expect(throws: TasksError.self) { try windows.validate() }
    #expect(error?.description == told)
  }

  @Test func `windows that do not fit the longest text are refused`() {
    let error = #expect(throws: TasksError.self) {
      try examples(DocumentWindows(overlap: 32), [text])
    }
    #expect(
      error?.description
        == "Windows of 32 tokens share 32; that must be at least 0 and less than the length.")
  }
}
