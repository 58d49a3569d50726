// Tokens a second of `Tokenizers` against Hugging Face's `tokenizers`, in one run.
//
//   TokenizationBenchmark MODEL PYTHON PEER [FILE ...]
//
// MODEL is a folder with a tokenizer.json, PYTHON an interpreter that has `tokenizers`, PEER the
// path of tokenization.py. Each FILE is a corpus: XQuAD's JSON, or one text a line. Texts
// made of the vocabulary's own words, in a fixed order, are measured as well.

import Foundation
import Tokenizers

/// What the peer prints.
struct PeerReport: Decodable {
  struct Corpus: Decodable {
    let tokens: Int
    let encode_batch: Double
    let encode_batch_fast: Double
  }
  let version: String
  let load: Double
  let corpora: [String: Corpus]
}

/// A benchmark that cannot run.
struct BenchmarkError: Error, CustomStringConvertible {
  let description: String
}

@main
struct TokenizationBenchmark {
  let model: URL
  let python: String
  let peer: String
  let corpora: [(name: String, texts: [String])]
  private let rounds = 7

  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst().map { $0 }
    guard arguments.count >= 3 else {
      throw BenchmarkError(description: "usage: TokenizationBenchmark MODEL PYTHON PEER [FILE ...]")
    }
    let model = URL(filePath: arguments[0], directoryHint: .isDirectory)
    let tokenizer = try PretrainedTokenizer(folder: model)
    var corpora = [(name: "generated", texts: generated(from: tokenizer))]
    for path in arguments.dropFirst(3) {
      let url = URL(filePath: path)
      corpora.append((url.lastPathComponent, try texts(of: url)))
    }
    try TokenizationBenchmark(
      model: model, python: arguments[1], peer: arguments[2], corpora: corpora
    ).run(tokenizer)
  }

  func run(_ tokenizer: PretrainedTokenizer) throws {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "tokenization-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    let texts = Dictionary(uniqueKeysWithValues: corpora.map { ($0.name, $0.texts) })
    try JSONEncoder().encode(texts).write(to: file)

    print("corpus | threads | ours, tokens/s | encode_batch | ratio | encode_batch_fast | ratio")
    for threads in [1, 2] {
      let report = try peerReport(file, threads)
      for corpus in corpora {
        guard let theirs = report.corpora[corpus.name] else { continue }
        let (tokens, seconds) = try measure(tokenizer, corpus.texts, threads)
        guard tokens == theirs.tokens else {
          throw BenchmarkError(
            description: "\(corpus.name): \(tokens) tokens, \(theirs.tokens) of tokenizers")
        }
        let rates = [seconds, theirs.encode_batch, theirs.encode_batch_fast].map {
          Double(tokens) / $0 / 1e6
        }
        print(
          "\(corpus.name) | \(threads) | \(format(rates[0])) M | \(format(rates[1])) M |",
          "\(format(rates[0] / rates[1])) | \(format(rates[2])) M | \(format(rates[0] / rates[2]))")
      }
      if threads == 1 {
        let load = try best { _ = try PretrainedTokenizer(folder: model) }
        print(
          "load | \(format(load * 1e3)) ms | tokenizers \(report.version)",
          "\(format(report.load * 1e3)) ms | ratio \(format(report.load / load))")
      }
    }
  }

  private func measure(
    _ tokenizer: PretrainedTokenizer, _ texts: [String], _ threads: Int
  ) throws -> (tokens: Int, seconds: Double) {
    let batch = texts.map { TextInput($0) }
    var tokens = 0
    let seconds = try best {
      let encodings = try tokenizer.encode(
        batch: batch, options: EncodingOptions(), threads: threads)
      tokens = encodings.reduce(0) { $0 + $1.count }
    }
    return (tokens, seconds)
  }

  private func best(_ action: () throws -> Void) throws -> Double {
    var best = Double.infinity
    for _ in 0..<rounds {
      let duration = try ContinuousClock().measure(action)
      best = min(best, duration / .seconds(1))
    }
    return best
  }

  private func peerReport(_ texts: URL, _ threads: Int) throws -> PeerReport {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: python)
    process.arguments = [
      peer, model.appending(path: "tokenizer.json").path, texts.path, String(threads),
      String(rounds),
    ]
    process.standardOutput = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchmarkError(description: "\(peer) ended with \(process.terminationStatus)")
    }
    return try JSONDecoder().decode(PeerReport.self, from: data)
  }

  private func format(_ value: Double) -> String {
    String(format: "%.2f", value)
  }

  // MARK: Texts

  private struct XQuAD: Decodable {
    struct Article: Decodable { let paragraphs: [Paragraph] }
    struct Paragraph: Decodable {
      let context: String
      let qas: [Question]
    }
    struct Question: Decodable { let question: String }
    let data: [Article]
  }

  private static func texts(of url: URL) throws -> [String] {
    let data = try Data(contentsOf: url)
    if url.pathExtension == "json" {
      return try JSONDecoder().decode(XQuAD.self, from: data).data.flatMap(\.paragraphs)
        .flatMap { [$0.context] + $0.qas.map(\.question) }
    }
    return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
  }

  /// 5,000 texts of 5 to 60 words, some capitalised, by a linear congruential generator.
  private static func generated(from tokenizer: PretrainedTokenizer) -> [String] {
    let words = (0..<tokenizer.vocabularySize).compactMap { tokenizer.token(of: TokenID($0)) }
      .filter { !$0.hasPrefix("##") && !$0.hasPrefix("[") }
    var state: UInt64 = 1
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    return (0..<5000).map { _ in
      (0..<5 + next(55)).map { _ in
        let word = words[next(words.count)]
        let ending = ["", "", "", "s", ",", "."][next(6)]
        return (next(5) == 0 ? word.capitalized : word) + ending
      }.joined(separator: " ")
    }
  }
}
