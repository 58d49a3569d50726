import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch

/// A `BertForSequenceClassification` that Transformers makes, stores and runs.
struct ClassifierCase: Codable, Sendable, CustomTestStringConvertible {
  var name: String
  var seed: Int
  var configuration: [String: JSONValue]
  var lengths = [1, 60, 7, 33, 2, 18]

  var testDescription: String { name }

  init(_ name: String, _ problem: String, labels: Int) {
    self.name = name
    seed = labels
    configuration = [
      "vocab_size": .integer(50), "hidden_size": .integer(24), "num_hidden_layers": .integer(2),
      "num_attention_heads": .integer(3), "intermediate_size": .integer(40),
      "max_position_embeddings": .integer(64), "problem_type": .string(problem),
    ]
    // Transformers writes names for any number of labels but two.
    if labels != 2 {
      configuration["id2label"] = .object(
        Dictionary(uniqueKeysWithValues: (0..<labels).map { ("\($0)", .string("标签\($0)")) }))
    }
  }

  static let all = [
    ClassifierCase("two labels without names", "single_label_classification", labels: 2),
    ClassifierCase("five labels", "single_label_classification", labels: 5),
    ClassifierCase("several of four labels", "multi_label_classification", labels: 4),
    ClassifierCase("regression", "regression", labels: 1),
  ]

  /// The folder with every case's model and its reference, made once.
  static let references = Result {
    let folder = try TemporaryFolder()
    try PythonOracle("models_bert").run(
      ["classify", folder.url.path], input: JSONEncoder().encode(all))
    for example in all {
      _ = try folder.file(
        "\(example.name)/vocab.txt",
        containing: SmallTask.tokens.prefix(50).joined(separator: "\n") + "\n")
    }
    return folder
  }

  func model() throws -> URL { try Self.references.get().url.appending(path: name) }

  func reference() throws -> SafetensorsFile {
    try SafetensorsFile(Self.references.get().url.appending(path: "\(name).safetensors"))
  }
}
