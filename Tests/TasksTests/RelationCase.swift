import Datasets
import Foundation
import Layers
import Models
import Tasks
import TestSupport
import Testing
import Tokenizers
import Torch

/// An encoder that Transformers makes, with the head for relations that the oracle writes over it.
struct RelationCase: Codable, Sendable, CustomTestStringConvertible {
  let name: String
  let architecture: String
  let pooling: RelationExtractionSettings.Pooling
  let seed: Int
  let configuration: [String: JSONValue]
  var labels = ["Cause-Effect(e1,e2)", "Cause-Effect(e2,e1)", "Other"]
  var lengths = [20, 9, 31, 12]
  /// First and second entity of each sequence, markers included: the second before the first, one
  /// inside the other.
  var entities = [
    [[3, 7], [9, 12]], [[5, 8], [1, 4]], [[10, 28], [15, 18]], [[1, 4], [4, 7]],
  ]

  var testDescription: String { name }

  private init(
    _ architecture: String, _ pooling: RelationExtractionSettings.Pooling, seed: Int,
    _ configuration: [String: JSONValue]
  ) {
    name = "\(architecture) \(pooling.rawValue)"
    self.architecture = architecture
    self.pooling = pooling
    self.seed = seed
    self.configuration = configuration
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

  static let all =
    RelationExtractionSettings.Pooling.allCases.enumerated().map { place, pooling in
      RelationCase("BertModel", pooling, seed: place, sizes)
    } + [
      RelationCase("RobertaModel", .startMarkers, seed: 7, sizes),
      RelationCase("DistilBertModel", .mean, seed: 8, narrow),
    ]

  /// The folder with every case's model and its reference, made once.
  static let references = Result {
    let folder = try TemporaryFolder()
    try PythonOracle("tasks_relations").run(
      ["make", folder.url.path], input: JSONEncoder().encode(all))
    for example in all {
      _ = try folder.file(
        "\(example.name)/vocab.txt", containing: SmallTask.tokens.joined(separator: "\n") + "\n")
    }
    return folder
  }

  func reference() throws -> SafetensorsFile {
    try SafetensorsFile(Self.references.get().url.appending(path: "\(name).safetensors"))
  }

  /// The model as we load it, to be trained on.
  func task() throws -> RelationClassification {
    let folder = try Self.references.get().url.appending(path: name)
    let model = try RelationExtractionTask(RelationExtractionSettings(pooling: pooling)).tuned(
      TunedModelRequest(
        folder: folder, tokenizer: PretrainedTokenizer(folder: folder), options: .init()))
    try model.store.setTrainable()
    return model
  }

  func examples(_ reference: SafetensorsFile) throws -> [RelationExample] {
    let tokens = try reference.tensor("tokens").values(as: Int64.self).map(Int32.init)
    let targets = try reference.tensor("labels").values(as: Int64.self)
    var start = 0
    return lengths.indices.map { row in
      let ids = Array(tokens[start..<start + lengths[row]])
      start += lengths[row]
      let (head, tail) = (entities[row][0], entities[row][1])
      return RelationExample(
        ClassificationExample(
          ids: ids, segments: ids.map { _ in 0 }, target: .label(Int(targets[row])),
          location: RowLocation(file: "rows.tsv", line: row + 1)),
        EntityTokens(head: head[0]..<head[1], tail: tail[0]..<tail[1]))
    }
  }
}
