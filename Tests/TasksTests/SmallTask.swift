import Datasets
import Foundation
import Layers
import Models
import Tasks
import TestSupport
import Tokenizers
import Torch

/// A small tuned classifier's folder, and examples to train it on.
struct SmallTask {
  let folder: TemporaryFolder
  let labels: ClassificationLabels

  /// Writes configuration, weights with a head, and vocabulary.
  init(
    _ problem: ClassificationLabels.Problem = .singleLabel, labels count: Int = 3, seed: UInt64 = 1
  ) throws {
    folder = try TemporaryFolder()
    labels = ClassificationLabels(names: (0..<count).map { "label \($0)" }, problem: problem)
    var file = ConfigurationFile(values: [
      "model_type": .string("bert"),
      "architectures": .array([.string("BertForSequenceClassification")]),
      "vocab_size": .integer(Self.tokens.count), "hidden_size": .integer(32),
      "num_hidden_layers": .integer(2), "num_attention_heads": .integer(4),
      "intermediate_size": .integer(48), "max_position_embeddings": .integer(32),
      "initializer_range": .number(0.1), "dtype": .string("float32"),
    ])
    labels.write(to: &file)
    var options = ParameterStore.Options()
    options.seed = seed
    let store = ParameterStore(source: nil, options: options)
    _ = try BertForSequenceClassification(BertConfiguration(file), labels: count, at: store.root)
    try SafetensorsWriter.write(
      store.parameters.map { (name: $0.name, tensor: $0.master) },
      to: folder.url.appending(path: "model.safetensors"))
    try file.encoded().write(to: folder.url.appending(path: "config.json"))
    _ = try folder.file("vocab.txt", containing: Self.tokens.joined(separator: "\n") + "\n")
  }

  static let tokens =
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + (0..<55).map { "word\($0)" }

  /// Loads the task, to be trained.
  func load(
    _ computeType: DataType = .float32, dropout: Double? = 0, smoothing: Double = 0,
    weights: [Double]? = nil, from url: URL? = nil
  ) throws -> TextClassification {
    var options = ParameterStore.Options()
    options.computeType = computeType
    let folder = url ?? folder.url
    let pretrained = try PretrainedClassifier(
      folder: folder, labels: labels, dropout: dropout, options: options)
    try pretrained.store.setTrainable()
    return try TextClassification(
      pretrained, tokenizer: PretrainedTokenizer(folder: folder), smoothing: smoothing,
      weights: weights)
  }

  /// Rows of 3 to 25 tokens whose first word says what they are.
  func examples(_ count: Int, seed: UInt64 = 7, file: String = "train.csv")
    -> [ClassificationExample]
  {
    var random = SplitMix(state: seed)
    let classes = labels.names.count
    return (0..<count).map { row in
      let words = (0..<1 + random.below(23)).map { _ in Int32(5 + random.below(55)) }
      let place = Int(words[0]) % classes
      let target: ClassificationExample.Target =
        switch labels.problem {
        case .singleLabel: .label(place)
        case .multiLabel: .labels((0..<classes).filter { Int(words[0] >> Int32($0)) & 1 == 1 })
        case .regression: .value(Double(words[0] % 7) / 3 - 1)
        }
      let ids = [2] + words + [3]
      return ClassificationExample(
        ids: ids, segments: [Int32](repeating: 0, count: ids.count), target: target,
        location: RowLocation(file: file, line: row + 2))
    }
  }
}

/// A small generator of random numbers, SplitMix64.
struct SplitMix {
  var state: UInt64

  /// A number from 0 up to but not including `limit`.
  mutating func below(_ limit: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
  }
}
