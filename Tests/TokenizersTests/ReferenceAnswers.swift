import Foundation
import TestSupport
import Testing
import Tokenizers

/// What `Tests/Oracles/tokenizers_reference.py` wrote, and the comparison with our own answers.
struct ReferenceAnswers {
  let folder: URL
  let texts: [String]

  /// A variant's settings, from its `options.json`.
  struct Options: Decodable {
    let pairs: Bool
    let special: Bool
    let max_length: Int?
    let strategy: String
    let direction: String
    let count: Int
  }

  init(_ folder: URL) throws {
    self.folder = folder
    var reader = try BinaryReader(folder.appending(path: "texts.bin"))
    texts = (0..<reader.int()).map { _ in reader.text() }
  }

  var variants: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0 != "texts.bin" }.sorted()
    }
  }

  /// Compares a variant and describes the first few texts that differ.
  func differences(
    _ variant: String,
    loading: (URL) throws -> PretrainedTokenizer = { try PretrainedTokenizer(folder: $0) }
  ) throws -> [String] {
    let folder = folder.appending(path: variant)
    let options = try JSONDecoder().decode(
      Options.self, from: Data(contentsOf: folder.appending(path: "options.json")))
    let tokenizer = try loading(folder)
    let encodingOptions = EncodingOptions(
      addsSpecialTokens: options.special, maximumLength: options.max_length,
      truncation: try #require(TruncationStrategy(rawValue: options.strategy)),
      direction: try #require(TruncationDirection(rawValue: options.direction)))
    var reader = try BinaryReader(folder.appending(path: "answers.bin"))
    var differences: [String] = []
    for index in 0..<options.count where differences.count < 5 {
      let text = texts[index]
      let pair = options.pairs ? texts[(index + 1) % options.count] : nil
      let expected = Answer(&reader)
      let found = Answer(tokenizer, text, pair, encodingOptions)
      // Hugging Face counts words from the cut when it cuts on the left; ours keep their number.
      let ignoresWords = options.direction == "left" && options.max_length != nil
      if let difference = found.difference(from: expected, ignoresWords: ignoresWords) {
        differences.append("\(variant) \(index) \(text.debugDescription): \(difference)")
      }
    }
    return differences
  }
}

/// One text's tokens, offsets in Unicode scalars, and what they decode to; nil where encoding
/// fails.
struct Answer {
  var columns: [(name: String, values: [Int])]?
  var decoded: [String] = []

  init(_ reader: inout BinaryReader) {
    let count = reader.int()
    guard count >= 0 else { return }
    let names = ["ids", "starts", "ends", "segments", "sequences", "words"]
    columns = names.map { name in (name, (0..<count).map { _ in reader.int() }) }
    decoded = [reader.text(), reader.text()]
  }

  init(
    _ tokenizer: PretrainedTokenizer, _ text: String, _ pair: String?, _ options: EncodingOptions
  ) {
    guard let encoding = try? tokenizer.encode(text, pair: pair, options: options) else { return }
    let scalars = [ScalarOffsets(of: text), ScalarOffsets(of: pair ?? "")]
    let offsets = zip(encoding.offsets, encoding.sequences).map { range, sequence in
      sequence < 0 ? range : scalars[Int(sequence)].scalarRange(of: range)
    }
    columns = [
      ("ids", encoding.ids.map(Int.init)), ("starts", offsets.map(\.lowerBound)),
      ("ends", offsets.map(\.upperBound)), ("segments", encoding.segments.map(Int.init)),
      ("sequences", encoding.sequences.map(Int.init)), ("words", encoding.words.map(Int.init)),
    ]
    decoded = [false, true].map { tokenizer.decode(encoding.ids, skippingSpecialTokens: $0) }
  }

  func difference(from expected: Answer, ignoresWords: Bool) -> String? {
    guard let columns, let wanted = expected.columns else {
      return (columns == nil) == (expected.columns == nil) ? nil : "only one of the two fails"
    }
    for (found, wanted) in zip(columns, wanted) where found.values != wanted.values {
      if found.name == "words", ignoresWords { continue }
      return "\(found.name) \(found.values) instead of \(wanted.values)"
    }
    for (found, wanted) in zip(decoded, expected.decoded)
    where !found.unicodeScalars.elementsEqual(wanted.unicodeScalars) {
      return "decodes to \(found.debugDescription) instead of \(wanted.debugDescription)"
    }
    return nil
  }
}

/// Little-endian int32 numbers and texts of a file.
struct BinaryReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ url: URL) throws {
    bytes = [UInt8](try Data(contentsOf: url))
  }

  mutating func int() -> Int {
    var value: UInt32 = 0
    for offset in 0..<4 { value |= UInt32(bytes[position + offset]) << (8 * offset) }
    position += 4
    return Int(Int32(bitPattern: value))
  }

  mutating func text() -> String {
    let length = int()
    defer { position += length }
    return String(decoding: bytes[position..<position + length], as: UTF8.self)
  }
}
