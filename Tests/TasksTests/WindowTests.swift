import Datasets
import Foundation
import Tasks
import TestSupport
import Testing
import Tokenizers

/// Tokenizers of three families that the oracle trains, and the windows that Transformers cuts.
private struct WindowCases {
  struct Request: Codable {
    var text: String
    var pair: String?
    var length: Int
    var overlap: Int
  }

  struct Window: Codable, Equatable {
    var ids: [Int32]
    var segments: [Int32]
    var offsets: [[Int]]
    var sequences: [Int8]
  }

  private struct Input: Encodable {
    var texts: [String]
    var requests: [Request]
  }

  static let texts = [
    "The quick brown fox jumps over the lazy dog, and runs away from the river.",
    "北京是中国的首都，有很多人。上海也很大！", "She sold 12 sea-shells on the sea shore; didn't she?",
    "Élan vital, naïve café 😀 and so on", "where did the dog run to and who sold what",
  ]

  static let requests: [Request] = {
    var random = SplitMix(state: 31)
    let long = (0..<12).map { _ in texts[random.below(texts.count)] }.joined(separator: " ")
    var requests: [Request] = []
    for count in [0, 1, 40, 41, 42, 90, 200, long.count] {
      for overlap in [0, 1, 7] {
        let text = String(long.prefix(count))
        requests.append(Request(text: text, length: 12, overlap: overlap))
        // Transformers takes an empty second text for none.
        if text.isEmpty { continue }
        requests.append(
          Request(text: "where did 12 dogs run", pair: text, length: 42, overlap: overlap))
      }
    }
    return requests
  }()

  let folder: TemporaryFolder
  let windows: [String: [[Window]]]

  static let made = Result {
    let folder = try TemporaryFolder()
    let windows: [String: [[Window]]] = try PythonOracle("tasks_windows").run(
      Input(texts: texts, requests: requests), arguments: [folder.url.path])
    return WindowCases(folder: folder, windows: windows)
  }
}

private let location = RowLocation(file: "rows.csv", line: 7)

struct WindowTests {
  @Test(arguments: ["bert", "roberta", "xlnet"])
  func `windows are those of Transformers`(_ family: String) throws {
    let cases = try WindowCases.made.get()
    let tokenizer = try PretrainedTokenizer(folder: cases.folder.url.appending(path: family))
    let expected = try #require(cases.windows[family])
    for (request, expected) in zip(WindowCases.requests, expected) {
      let whole = try tokenizer.encode(request.text, pair: request.pair)
      let slicer = try WindowSlicer(
        WindowSettings(length: request.length, overlap: request.overlap))
      let windows = try slicer.windows(
        of: whole, sliding: request.pair == nil ? 0 : 1, at: location)
      let scalars = [ScalarOffsets(of: request.text), ScalarOffsets(of: request.pair ?? "")]
      let found = windows.map { window in
        WindowCases.Window(
          ids: window.ids, segments: window.segments,
          offsets: zip(window.offsets, window.sequences).map { range, text in
            guard text >= 0 else { return [0, 0] }
            let range = scalars[Int(text)].scalarRange(of: range)
            return [range.lowerBound, range.upperBound]
          }, sequences: window.sequences)
      }
      #expect(found == expected, "\(family): \(request)")
    }
  }

  @Test func `windows together hold every token and share as many as asked for`() throws {
    let words = 100
    let whole = Encoding(
      ids: [1] + (0..<words).map { Int32(10 + $0) } + [2],
      segments: Array(repeating: 0, count: words + 2),
      offsets: Array(repeating: 0..<0, count: words + 2),
      sequences: [-1] + Array(repeating: 0, count: words) + [-1],
      words: Array(repeating: 0, count: words + 2))
    let parts = try WindowSlicer(WindowSettings(length: 22, overlap: 5))
      .parts(of: whole, sliding: 0, at: location)
    #expect(parts.first?.lowerBound == 1 && parts.last?.upperBound == words + 1)
    for (part, next) in zip(parts, parts.dropFirst()) {
      #expect(part.count == 20)
      #expect(part.upperBound - next.lowerBound == 5)
    }
  }

  @Test(arguments: [
    (0, 0, "The length of windows is 0 tokens; it must be at least 1."),
    (
      8, 8,
      "Windows of 8 tokens share 8; that must be at least 0 and less than the length."
    ),
    (
      8, -1,
      "Windows of 8 tokens share -1; that must be at least 0 and less than the length."
    ),
  ])
  func `settings that make no windows are refused`(length: Int, overlap: Int, told: String) {
    let error = #expect(throws: TasksError.self) {
      try WindowSlicer(WindowSettings(length: length, overlap: overlap))
    }
    #expect(error?.description == told)
  }

  @Test func `a first text that leaves no room is refused, with its row`() throws {
    let whole = Encoding(
      ids: Array(repeating: 5, count: 30), segments: Array(repeating: 0, count: 30),
      offsets: Array(repeating: 0..<0, count: 30),
      sequences: Array(repeating: 0, count: 10) + Array(repeating: 1, count: 20),
      words: Array(repeating: 0, count: 30))
    let error = #expect(throws: TasksError.self) {
      try WindowSlicer(WindowSettings(length: 14, overlap: 4))
        .windows(of: whole, sliding: 1, at: location)
    }
    #expect(
      error?.description
        == "rows.csv, line 7: a window of 14 tokens has 10 for the first text and special tokens "
        + "and room for 4 of the text that is cut, not more than the 4 that windows share. Raise "
        + "the length of windows, share less, or shorten the first text.")
  }
}
