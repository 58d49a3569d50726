import Datasets
import Foundation
import Layers
import Models
import Tasks
import TestSupport
import Testing
import Tokenizers
import Torch

/// A model that scores the candidates of rows, which Transformers makes, stores and runs.
struct ScoringCase: Codable, Sendable, CustomTestStringConvertible {
  let name: String
  let architecture: String
  /// What the oracle computes: `choice`, `pointwise` or `listwise`.
  let loss: String
  let seed: Int
  let configuration: [String: JSONValue]
  /// Candidates of each row.
  var counts = [3, 2, 5, 2]

  var testDescription: String { name }

  private init(
    _ architecture: String, _ loss: String, seed: Int, _ configuration: [String: JSONValue],
    _ further: [String: JSONValue] = [:]
  ) {
    name = "\(architecture) \(loss) \(seed)"
    self.architecture = architecture
    self.loss = loss
    self.seed = seed
    self.configuration = configuration.merging(further) { $1 }
  }

  private static let sizes: [String: JSONValue] = [
    "vocab_size": .integer(70), "hidden_size": .integer(24), "num_hidden_layers": .integer(2),
    "num_attention_heads": .integer(3), "intermediate_size": .integer(40),
    "max_position_embeddings": .integer(48),
  ]
  private static let narrow: [String: JSONValue] = [
    "vocab_size": .integer(70), "dim": .integer(24), "n_layers": .integer(2),
    "n_heads": .integer(3), "hidden_dim": .integer(40), "max_position_embeddings": .integer(48),
  ]
  private static let xlnet: [String: JSONValue] = [
    "vocab_size": .integer(70), "d_model": .integer(24), "n_layer": .integer(2),
    "n_head": .integer(3), "d_inner": .integer(40),
  ]
  private static let few: [String: JSONValue] = ["embedding_size": .integer(12)]

  /// Multiple choice of every family that Transformers has it for.
  static let choices = [
    ScoringCase("BertForMultipleChoice", "choice", seed: 0, sizes),
    ScoringCase("RobertaForMultipleChoice", "choice", seed: 1, sizes),
    ScoringCase("XLMRobertaForMultipleChoice", "choice", seed: 2, sizes),
    ScoringCase("CamembertForMultipleChoice", "choice", seed: 3, sizes),
    ScoringCase("DistilBertForMultipleChoice", "choice", seed: 4, narrow),
    ScoringCase("AlbertForMultipleChoice", "choice", seed: 5, sizes, few),
    ScoringCase("ElectraForMultipleChoice", "choice", seed: 6, sizes, few),
    ScoringCase(
      "ElectraForMultipleChoice", "choice", seed: 7, sizes,
      few.merging(
        ["summary_use_proj": .bool(false), "summary_activation": .string("tanh")]) { $1 }),
    ScoringCase("XLNetForMultipleChoice", "choice", seed: 8, xlnet),
  ]

  /// Cross-encoders of two families, with both losses.
  static let rankings = [
    ScoringCase(
      "BertForSequenceClassification", "pointwise", seed: 10, sizes, ["num_labels": .integer(1)]),
    ScoringCase(
      "DistilBertForSequenceClassification", "listwise", seed: 11, narrow,
      ["num_labels": .integer(1)]),
  ]

  /// The folder with every case's model and its reference, made once.
  static let references = Result {
    let folder = try TemporaryFolder()
    let all = choices + rankings
    try PythonOracle("tasks_choices").run(
      ["make", folder.url.path], input: JSONEncoder().encode(all))
    for example in all {
      _ = try folder.file(
        "\(example.name)/vocab.txt", containing: SmallTask.tokens.joined(separator: "\n") + "\n")
    }
    return folder
  }

  func folder() throws -> URL { try Self.references.get().url.appending(path: name) }

  func reference() throws -> SafetensorsFile {
    try SafetensorsFile(Self.references.get().url.appending(path: "\(name).safetensors"))
  }

  /// The tokens and grades of each row's candidates.
  func rows(_ reference: SafetensorsFile) throws -> [(texts: [TokenSequence], grades: [Double])] {
    let tokens = try reference.tensor("tokens").values(as: Int64.self).map(Int32.init)
    let lengths = try reference.tensor("lengths").values(as: Int64.self).map(Int.init)
    let grades = try reference.tensor("grades").values(as: Double.self)
    var (start, place) = (0, 0)
    return counts.map { count in
      let texts = lengths[place..<place + count].map { length in
        defer { start += length }
        let ids = Array(tokens[start..<start + length])
        return TokenSequence(ids: ids, segments: ids.map { _ in 0 })
      }
      defer { place += count }
      return (texts, Array(grades[place..<place + count]))
    }
  }

  /// What Transformers said about a folder that was saved.
  struct Loaded: Decodable {
    let `class`: String
    let labels: Int
    let told: [String]
    let difference: Double
  }

  private struct Request: Encodable {
    let `class`, folder: String
    let `case`: ScoringCase
  }

  /// Loads folders with Transformers' class of that name.
  static func load(_ saved: [(ScoringCase, URL)], as name: String) throws -> [Loaded] {
    try PythonOracle("tasks_choices").run(
      saved.map { Request(class: name, folder: $1.path, case: $0) },
      arguments: ["load", references.get().url.path], returning: [Loaded].self)
  }
}
