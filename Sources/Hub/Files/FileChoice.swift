/// Which files of a model are wanted.
public struct FileChoice: Sendable, Hashable {
  /// The files that everything else starts from.
  public enum Base: Sendable, Hashable {
    /// What is needed to run and train the model: configuration, tokenizer, and the weights once.
    case needed
    /// Everything that the model's repository holds.
    case all
  }

  /// What is taken when no pattern is given.
  public var base = Base.needed
  /// Files wanted by name besides; one that holds weights stands in for the usual weights.
  public var names: [String] = []
  /// Patterns of files that are wanted instead of the base; none wants the base.
  public var including: [FilePattern] = []
  /// Patterns of files that are not wanted in any case.
  public var excluding: [FilePattern] = []

  /// What is needed to run and train the model.
  public static let needed = FileChoice()

  /// Makes a choice; each part has a default.
  public init(
    base: Base = .needed, names: [String] = [], including: [FilePattern] = [],
    excluding: [FilePattern] = []
  ) {
    self.base = base
    self.names = names
    self.including = including
    self.excluding = excluding
  }

  /// Whether everything is wanted, so that what is here is the whole of the repository.
  var isEverything: Bool { base == .all && including.isEmpty && excluding.isEmpty }

  /// Whether a file is kept away by a pattern.
  func isExcluded(_ path: String) -> Bool { excluding.contains { $0.matches(path) } }

  /// The wanted ones of all files of a model, before the index of sharded weights is known.
  func files(in paths: [String]) -> WantedFiles {
    var wanted = WantedFiles()
    if !including.isEmpty {
      wanted.paths = paths.filter { path in including.contains { $0.matches(path) } }
    } else if base == .all {
      wanted.paths = paths
    } else {
      wanted.paths = paths.filter(NeededFiles.isCompanion)
      if !names.contains(where: NeededFiles.isWeights) {
        wanted.add(NeededFiles.weights(in: paths))
      }
    }
    let there = Set(paths)
    wanted.missing = names.filter { !there.contains($0) }
    wanted.paths += names.filter { there.contains($0) && !wanted.paths.contains($0) }
    wanted.paths.removeAll(where: isExcluded)
    return wanted
  }
}

/// The files that a choice comes to.
struct WantedFiles: Sendable, Equatable {
  /// The files.
  var paths: [String] = []
  /// Those of them that are indices of sharded weights, whose shards are wanted as well.
  var indices: [String] = []
  /// Files that were asked for by name and that the model does not have.
  var missing: [String] = []
  /// Weights that the model has in formats that are not taken without being asked for.
  var otherWeights: [String] = []

  mutating func add(_ weights: NeededFiles.Weights) {
    paths += weights.files
    indices += weights.indices
    otherWeights = weights.others
  }
}

/// What is needed of a model to run and train it.
package enum NeededFiles {
  /// The weights of a model.
  package struct Weights: Equatable {
    package var files: [String] = []
    package var indices: [String] = []
    /// Files of weights when none of them is a usual one.
    package var others: [String] = []
  }

  /// Whether a file stands beside the weights: configuration, tokenizer, chat template, the parts of
  /// a sentence encoder.
  package static func isCompanion(_ path: String) -> Bool {
    companions.contains(path) || patterns.contains { $0.matches(path) && depth(path) == depth($0) }
  }

  /// Whether a file holds weights, by its name.
  static func isWeights(_ path: String) -> Bool {
    weightEndings.contains { path.lowercased().hasSuffix($0) }
  }

  /// The weights that are taken: one file before a sharded one, safetensors before PyTorch's own
  /// format, an adapter besides.
  package static func weights(in paths: [String]) -> Weights {
    let there = Set(paths)
    var weights = Weights()
    if let file = usual.first(where: there.contains) {
      weights.files.append(file)
      if file.hasSuffix(".index.json") { weights.indices.append(file) }
    }
    if let adapter = adapters.first(where: there.contains) { weights.files.append(adapter) }
    if weights.files.isEmpty { weights.others = paths.filter(isWeights).sorted() }
    return weights
  }

  private static func depth(_ path: String) -> Int { path.split(separator: "/").count }
  private static func depth(_ pattern: FilePattern) -> Int { depth(pattern.description) }

  private static let usual = [
    "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
    "pytorch_model.bin.index.json",
  ]
  private static let adapters = ["adapter_model.safetensors", "adapter_model.bin"]
  private static let weightEndings = [
    ".safetensors", ".bin", ".gguf", ".pt", ".pth", ".h5", ".msgpack", ".onnx", ".ckpt",
  ]
  private static let companions: Set<String> = [
    "config.json", "generation_config.json", "adapter_config.json",
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    "vocab.txt", "vocab.json", "merges.txt", "chat_template.jinja", "chat_template.json",
    "tekken.json", "modules.json", "sentence_bert_config.json",
    "config_sentence_transformers.json",
  ]
  private static let patterns = [
    "*.model", "*.tiktoken", "additional_chat_templates/*.jinja", "[0-9]*_*/config.json",
    "[0-9]*_*/model.safetensors",
  ].map(FilePattern.init)
}
