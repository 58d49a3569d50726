import Foundation
import Layers
import Models
import TestSupport
import Torch

/// A small BERT's folder, to be broken or varied by a test.
struct SmallBert {
  let folder: TemporaryFolder
  var url: URL { folder.url }

  static let configuration: [String: JSONValue] = [
    "model_type": .string("bert"), "architectures": .array([.string("BertModel")]),
    "vocab_size": .integer(30), "hidden_size": .integer(8), "num_hidden_layers": .integer(1),
    "num_attention_heads": .integer(2), "intermediate_size": .integer(12),
    "max_position_embeddings": .integer(16), "dtype": .string("float32"),
  ]

  /// Writes configuration and weights.
  ///
  /// `changes` are keys of `config.json` to set, where null takes one away; `labels` the rows of a
  /// head, or none for a bare encoder; `edit` changes the weights before they are written.
  init(
    _ changes: [String: JSONValue] = [:], labels: Int? = nil,
    edit: (inout [String: Tensor]) throws -> Void = { _ in }
  ) throws {
    folder = try TemporaryFolder()
    let file = ConfigurationFile(values: Self.configuration)
    let store = ParameterStore(source: nil)
    if let labels {
      _ = try BertForSequenceClassification(BertConfiguration(file), labels: labels, at: store.root)
    } else {
      _ = try Bert(BertConfiguration(file), at: store.root)
    }
    var weights = Dictionary(uniqueKeysWithValues: store.parameters.map { ($0.name, $0.master) })
    try edit(&weights)
    try SafetensorsWriter.write(
      weights.map { (name: $0.key, tensor: $0.value) },
      to: folder.url.appending(path: "model.safetensors"))
    var written = file
    for (key, value) in changes { written.values[key] = value == .null ? nil : value }
    try written.encoded().write(to: folder.url.appending(path: "config.json"))
  }
}

/// The sentence with which an attempt fails; nil when it succeeds.
func sentence<Value>(_ body: () throws -> Value) -> String? {
  do {
    _ = try body()
    return nil
  } catch {
    return "\(error)"
  }
}
