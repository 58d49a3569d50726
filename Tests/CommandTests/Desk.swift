import Foundation
import TestSupport

/// A folder of its own for a test, with tiny models and data in it, and the program at hand.
struct Desk {
  private let temporary: TemporaryFolder
  let program: Program

  /// Where the test works.
  var folder: URL { temporary.url }

  /// Makes the folder: `model` and `slow` are links to tiny pre-trained BERTs, and `train.csv`,
  /// `validation.csv`, `test.csv` hold sentences with the labels positive and negative.
  init() throws {
    temporary = try TemporaryFolder()
    program = Program(folder: temporary.url)
    let models = try TinyModels.folder.get()
    for name in ["model", "slow"] {
      try FileManager.default.createSymbolicLink(
        at: temporary.url.appending(path: name), withDestinationURL: models.appending(path: name))
    }
    try write("train.csv", Sentences.csv(160, seed: 1))
    try write("validation.csv", Sentences.csv(24, seed: 2))
    try write("test.csv", Sentences.csv(40, seed: 3))
  }

  /// A path in the folder.
  func url(_ name: String) -> URL { folder.appending(path: name) }

  /// Writes a file.
  func write(_ name: String, _ text: String) throws {
    try write(name, Data(text.utf8))
  }

  /// Writes a file.
  func write(_ name: String, _ data: Data) throws {
    let file = url(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  /// A file's bytes.
  func data(_ name: String) throws -> Data { try Data(contentsOf: url(name)) }

  /// A file as text.
  func text(_ name: String) throws -> String { String(decoding: try data(name), as: UTF8.self) }

  /// Whether something is there.
  func holds(_ name: String) -> Bool { FileManager.default.fileExists(atPath: url(name).path) }

  /// The names in a folder, hidden ones too; empty when it is not there.
  func names(_ name: String) -> Set<String> {
    Set((try? FileManager.default.contentsOfDirectory(atPath: url(name).path)) ?? [])
  }

  /// The JSON objects of a file of JSON Lines.
  func lines(_ name: String) throws -> [[String: Any]] {
    try JSON.lines(text(name))
  }

  /// A model folder of its own, to be damaged.
  func copyModel(_ name: String) throws {
    try FileManager.default.copyItem(
      at: url("model").resolvingSymlinksInPath(), to: url(name))
  }

  /// Trains with small settings; later flags win.
  func train(_ flags: String...) throws -> Program.Outcome {
    try program.run(Self.training + flags)
  }

  /// Flags of a run that takes a fraction of a second.
  static let training = [
    "train", "--model", "model", "--task", "text-classification", "--train", "train.csv",
    "--threads", "1", "--precision", "fp32", "--batch-size", "8", "--learning-rate", "1e-3",
  ]
}

/// Tiny pre-trained BERTs, made once by Transformers.
private enum TinyModels {
  static let folder = Result {
    let folder = ProjectFolder.root.appending(path: ".build/command-tests")
    let files = FileManager.default
    let script = ProjectFolder.root.appending(path: "Tests/Oracles/command_tiny_bert.py")
    let mark = folder.appending(path: "made-by.py")
    let source = try Data(contentsOf: script)
    if let made = try? Data(contentsOf: mark), made == source { return folder }
    try? files.removeItem(at: folder)
    try files.createDirectory(at: folder, withIntermediateDirectories: true)
    try PythonOracle("command_tiny_bert").run([folder.path])
    try source.write(to: mark)
    return folder
  }
}

/// Sentences whose words tell their label.
enum Sentences {
  static let good = ["good", "great", "fine", "warm", "funny", "bright", "lovely", "superb"]
  static let bad = ["bad", "poor", "dull", "weak", "boring", "awful", "sad", "empty"]
  private static let nouns = [
    "film", "movie", "story", "plot", "actor", "scene", "music", "ending",
  ]

  /// A file with the columns id, text, label.
  static func csv(_ count: Int, seed: UInt64) -> String {
    var random = Random(state: seed)
    var lines = ["id,text,label"]
    for row in 0..<count {
      let isGood = random.next(2) == 0
      lines.append("\(row),\(sentence(isGood, &random)),\(isGood ? "positive" : "negative")")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A sentence of 7 to 13 words.
  static func sentence(_ isGood: Bool, _ random: inout Random) -> String {
    let words = isGood ? good : bad
    var parts = ["the", nouns[random.next(8)], "is", words[random.next(8)], "and"]
    parts += [words[random.next(8)], nouns[random.next(8)]]
    for _ in 0..<random.next(7) { parts.append(nouns[random.next(8)]) }
    return parts.joined(separator: " ")
  }

  /// Numbers that are the same on every machine (xorshift).
  struct Random {
    var state: UInt64

    init(state: UInt64) { self.state = state &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next(_ limit: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state >> 33) % limit
    }
  }
}

/// JSON as untyped values.
enum JSON {
  static func object(_ text: String) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
  }

  static func lines(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map { try object(String($0)) }
  }
}
