import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch

/// A BERT that Transformers makes, stores in one of the forms that are about, and runs.
struct BertCase: Codable, Sendable, CustomTestStringConvertible {
  var name: String
  var seed: Int
  /// Tokens of each sequence.
  var lengths: [Int]
  var configuration: [String: JSONValue]?
  /// The model folder to take instead of making one.
  var from: String?
  /// "v4" or "v5": how Transformers of that version spells `config.json`.
  var spelling = "v5"
  /// Whether the names begin with `bert.`, as in a task model's checkpoint.
  var prefixed = false
  /// Whether norms have `gamma` and `beta`, as converted from TensorFlow.
  var oldNames = false
  /// Whether the buffer of positions is stored, as old versions did.
  var positionIds = false
  /// Whether the weights are in `pytorch_model.bin`.
  var pickled = false

  var testDescription: String { name }

  init(_ name: String, seed: Int, lengths: [Int], _ configuration: [String: JSONValue]?) {
    self.name = name
    self.seed = seed
    self.lengths = lengths
    self.configuration = configuration
  }

  /// all-MiniLM-L6-v2.
  static let miniLM: BertCase = {
    var example = BertCase("MiniLM", seed: 77, lengths: [1, 7, 512, 33, 128], nil)
    example.from = DemoAssets.model.path
    return example
  }()

  static var isMiniLMHere: Bool {
    FileManager.default.fileExists(atPath: DemoAssets.model.appending(path: "config.json").path)
  }

  /// Small models: every activation, one and two token types; sizes, forms and lengths by a seed.
  static let small: [BertCase] = (0..<14).map { index in
    var random = SplitMix(state: UInt64(1000 + index))
    let activations = ["gelu", "gelu_new", "relu", "silu", "gelu_pytorch_tanh", "swish", "tanh"]
    let heads = [1, 2, 3, 4][random.below(4)]
    let size = heads * [4, 8, 10, 16, 32][random.below(5)]
    // The first and the second reach the largest position table, the others have odd ones.
    let positions = index < 2 ? 512 : 20 + random.below(180)
    let configuration: [String: JSONValue] = [
      "vocab_size": .integer(20 + random.below(100)), "hidden_size": .integer(size),
      "num_hidden_layers": .integer(1 + random.below(3)), "num_attention_heads": .integer(heads),
      "intermediate_size": .integer(8 + random.below(90)),
      "hidden_act": .string(activations[index % activations.count]),
      "max_position_embeddings": .integer(positions),
      "type_vocab_size": .integer(1 + index / 2 % 2),
      "layer_norm_eps": .number([1e-12, 1e-5, 1e-7][index % 3]),
      "pad_token_id": .integer(0),
    ]
    let lengths =
      [1, positions] + (0..<1 + random.below(6)).map { _ in 1 + random.below(positions) }
    var example = BertCase("small-\(index)", seed: index, lengths: lengths, configuration)
    example.spelling = index.isMultiple(of: 2) ? "v5" : "v4"
    example.prefixed = index % 3 == 1
    example.oldNames = index % 4 == 2
    example.positionIds = index % 4 >= 2
    example.pickled = index % 5 == 3
    return example
  }

  /// The folder with every case's model and its reference, made once.
  static let references = Result {
    let folder = try TemporaryFolder()
    let cases = isMiniLMHere ? small + [miniLM] : small
    try PythonOracle("models_bert").run(
      ["encode", folder.url.path], input: JSONEncoder().encode(cases))
    return folder
  }

  /// The folder of the model.
  func model() throws -> URL {
    try from.map { URL(filePath: $0) } ?? Self.references.get().url.appending(path: name)
  }

  /// Inputs, outputs and gradients as Transformers has them.
  func reference() throws -> SafetensorsFile {
    try SafetensorsFile(Self.references.get().url.appending(path: "\(name).safetensors"))
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

extension SafetensorsFile {
  /// The sequences that the reference was computed on, packed.
  func batch() throws -> RaggedBatch {
    let tokens = try tensor("tokens").values(as: Int64.self).map(Int32.init)
    let segments = try tensor("segments").values(as: Int64.self).map(Int32.init)
    var sequences: [[Int32]] = []
    var types: [[Int32]] = []
    var start = 0
    for length in try tensor("lengths").values(as: Int64.self).map(Int.init) {
      sequences.append(Array(tokens[start..<start + length]))
      types.append(Array(segments[start..<start + length]))
      start += length
    }
    return try RaggedBatch(sequences, segments: types)
  }
}

/// Which code the fused operations run.
struct KernelPath: Sendable, CustomTestStringConvertible, CaseIterable {
  /// The kernels' instruction set; nil for libtorch's plain operations.
  let instructionSet: String?

  var testDescription: String { instructionSet ?? "libtorch's operations" }

  /// Every one that there is; those that this processor lacks do nothing.
  static let allCases =
    KernelChoice.instructionSets.map { KernelPath(instructionSet: $0) }
    + [KernelPath(instructionSet: nil)]

  func run(_ body: () throws -> Void) throws {
    if let instructionSet {
      _ = try KernelChoice.using(instructionSet: instructionSet, body)
    } else {
      try KernelChoice.usingReference(body)
    }
  }
}
