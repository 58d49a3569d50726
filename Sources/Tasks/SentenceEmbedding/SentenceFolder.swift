public import Foundation
internal import Layers
internal import Models

/// What a folder in sentence-transformers' layout says besides the encoder: `modules.json`,
/// `1_Pooling/config.json` and the other small files beside the encoder's.
public struct SentenceFolder: Sendable, Equatable {
  /// How the vectors of tokens become one.
  public var pooling: TextPooling
  /// Whether vectors get the length 1.
  public var normalizes: Bool
  /// Tokens of the longest text; nil where the folder does not say.
  public var maximumLength: Int?
  /// The score of two texts that mean the same in the data that the model learned from; nil where
  /// the folder does not say.
  public var maximumScore: Double?
  /// What the folder says that is not followed, as sentences.
  public internal(set) var notes: [String] = []

  /// Describes a folder.
  public init(
    pooling: TextPooling, normalizes: Bool, maximumLength: Int? = nil, maximumScore: Double? = nil
  ) {
    self.pooling = pooling
    self.normalizes = normalizes
    self.maximumLength = maximumLength
    self.maximumScore = maximumScore
  }

  /// Reads a folder; nil when it has no `modules.json`, as that of a bare encoder.
  ///
  /// - Throws: ``TasksError`` when the files cannot be read, or ask for something that is not
  ///   supported: further layers, several poolings, prompts.
  public init?(folder: URL) throws {
    guard let modules = try Self.json(folder.appending(path: "modules.json")) else { return nil }
    guard case .array(let entries) = modules else {
      throw Self.refusal(folder, "modules.json is no list.")
    }
    var pooling: TextPooling?
    normalizes = false
    for entry in entries {
      guard case .object(let entry) = entry, case .string(let type) = entry["type"] else {
        throw Self.refusal(folder, "modules.json lists something without a type.")
      }
      var path = ""
      if case .string(let named) = entry["path"] { path = named }
      switch type.split(separator: ".").last {
      case "Transformer" where path.isEmpty: break
      case "Transformer":
        throw Self.refusal(
          folder, "its encoder lies in the subfolder \(path). Move those files into the folder.")
      case "Pooling" where pooling == nil: pooling = try Self.pooling(folder, path)
      case "Normalize": normalizes = true
      default:
        throw Self.refusal(
          folder,
          "modules.json asks for \(type), which is not supported. Supported are an encoder, "
            + "one pooling and a normalisation.")
      }
    }
    guard let pooling else { throw Self.refusal(folder, "modules.json names no pooling.") }
    self.pooling = pooling
    try readSettings(folder)
  }

  private mutating func readSettings(_ folder: URL) throws {
    if case .object(let encoder) = try Self.json(
      folder.appending(path: "sentence_bert_config.json"))
    {
      if case .integer(let length) = encoder["max_seq_length"] { maximumLength = length }
      if encoder["do_lower_case"] == .bool(true) {
        notes.append(
          "sentence_bert_config.json asks for lower case; the tokenizer's own files count."
        )
      }
    }
    guard
      case .object(let model) = try Self.json(
        folder.appending(path: "config_sentence_transformers.json"))
    else { return }
    switch model[Self.maximumScoreKey] {
    case .integer(let score): maximumScore = Double(score)
    case .number(let score): maximumScore = score
    default: break
    }
    if case .string(let name) = model["default_prompt_name"],
      case .object(let prompts) = model["prompts"], case .string(let prompt) = prompts[name],
      !prompt.isEmpty
    {
      throw Self.refusal(
        folder, "its texts begin with the prompt \"\(prompt)\", which is not supported.")
    }
  }

  /// What `1_Pooling/config.json` asks for, in the spelling of any version.
  private static func pooling(_ folder: URL, _ path: String) throws -> TextPooling {
    let file = folder.appending(path: path).appending(path: "config.json")
    guard case .object(let values) = try json(file) else {
      throw refusal(folder, "\(path)/config.json is missing, or no object.")
    }
    var modes: [String] = []
    switch values["pooling_mode"] {
    case .string(let mode): modes = [mode]
    case .array(let several):
      modes = several.compactMap { if case .string(let mode) = $0 { mode } else { nil } }
    default:
      modes = values.filter { $0.key.hasPrefix("pooling_mode_") && $0.value == .bool(true) }
        .map { String($0.key.dropFirst("pooling_mode_".count)) }.sorted()
      // Old versions take the mean when nothing is true.
      if modes.isEmpty { modes = ["mean"] }
    }
    guard modes.count == 1, let pooling = TextPooling.stored[modes[0]] else {
      throw refusal(
        folder,
        "its pooling is \(modes.joined(separator: " and ")). Supported is one of mean, cls, "
          + "max and lasttoken.")
    }
    return pooling
  }

  /// The value of a JSON file; nil when there is none.
  private static func json(_ file: URL) throws -> JSONValue? {
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    do {
      return try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: file))
    } catch {
      throw TasksError(.setting, "\(file.path) is not JSON that can be read: \(error).")
    }
  }

  private static func refusal(_ folder: URL, _ sentence: String) -> TasksError {
    TasksError(
      .setting,
      "\(folder.path) is a model of sentence-transformers that cannot be used: \(sentence)")
  }

  /// The key of our own in `config_sentence_transformers.json`, where others keep what they do not
  /// know.
  static let maximumScoreKey = "maximum_score"
}

extension TextPooling {
  /// What sentence-transformers calls each: in its current files, and after `pooling_mode_` in
  /// older ones.
  static let stored: [String: TextPooling] = [
    "mean": .mean, "mean_tokens": .mean, "cls": .cls, "cls_token": .cls, "max": .max,
    "max_tokens": .max, "lasttoken": .last,
  ]
}

extension SentenceFolder {
  /// Writes the files beside an encoder's, as versions of sentence-transformers from 2.0 on read
  /// them.
  ///
  /// - Parameters:
  ///   - folder: The encoder's folder.
  ///   - dimension: The width of the vectors.
  /// - Throws: `LayersError` when the folder cannot be written to.
  func write(to folder: URL, dimension: Int) throws {
    let types = ["Transformer", "Pooling"] + (normalizes ? ["Normalize"] : [])
    let modules = types.enumerated().map { place, type -> JSONValue in
      let path = place == 0 ? "" : "\(place)_\(type)"
      return .object([
        "idx": .integer(place), "name": .string("\(place)"), "path": .string(path),
        "type": .string("sentence_transformers.models.\(type)"),
      ])
    }
    var pooling: [String: JSONValue] = ["word_embedding_dimension": .integer(dimension)]
    for (name, mode) in ["mean_tokens", "cls_token", "max_tokens", "lasttoken"].map({
      ($0, TextPooling.stored[$0])
    }) {
      pooling["pooling_mode_\(name)"] = .bool(mode == self.pooling)
    }
    var model: [String: JSONValue] = [
      "model_type": .string("SentenceTransformer"), "similarity_fn_name": .string("cosine"),
      "prompts": .object(["query": .string(""), "document": .string("")]),
      "default_prompt_name": .null,
    ]
    if let maximumScore { model[Self.maximumScoreKey] = .number(maximumScore) }
    try Self.write(.array(modules), to: folder.appending(path: "modules.json"))
    try Self.write(.object(pooling), to: folder.appending(path: "1_Pooling/config.json"))
    if normalizes {
      // Its files are none; versions before 5 want the folder, later ones the file.
      try Self.write(.object([:]), to: folder.appending(path: "2_Normalize/config.json"))
    }
    try Self.write(
      .object([
        "max_seq_length": maximumLength.map { .integer($0) } ?? .null,
        "do_lower_case": .bool(false),
      ]), to: folder.appending(path: "sentence_bert_config.json"))
    try Self.write(
      .object(model), to: folder.appending(path: "config_sentence_transformers.json"))
  }

  private static func write(_ value: JSONValue, to url: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    let file = try AtomicFile(url)
    try file.write(String(decoding: encoder.encode(value), as: UTF8.self) + "\n")
    try file.commit()
  }
}
