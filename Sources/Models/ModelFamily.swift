import Layers

/// One architecture: how its `config.json` is read, how its weights are named, and what it can be
/// made into.
///
/// A family is a value in the table ``all``; nothing is found by the name of a type.
public struct ModelFamily: Sendable {
  /// The names that `architectures` in `config.json` gets.
  struct Architectures: Sendable {
    let encoder: String
    let sequenceClassification: String
  }

  /// Prefixes of the parameters that a task's head may initialise.
  struct Heads: Sendable {
    let sequenceClassification: [String]
  }

  /// The value of `model_type` in `config.json`.
  public let modelType: String
  let architectures: Architectures
  /// The prefix that the encoder's parameters have in a task model, and not in a bare encoder's
  /// checkpoint.
  let basePrefix: String
  /// Endings of names in old checkpoints, and what they are now.
  let oldSpellings: [String: String]
  /// Names without the base prefix of stored tensors that are no weights.
  let buffers: [String]
  let heads: Heads
  /// Keys of `config.json` that `dropout` in a recipe overrides.
  let dropoutKeys: [String]
  /// The longest sequence that a configuration allows; nil without a limit.
  let maximumLength: @Sendable (ConfigurationFile) throws -> Int?
  let makeEncoder: @Sendable (ConfigurationFile, ModuleScope) throws -> any TextEncoder
  let makeSequenceClassifier:
    @Sendable (ConfigurationFile, _ labels: Int, ModuleScope) throws -> any SequenceClassifier

  /// Every family that can be loaded.
  public static let all: [ModelFamily] = [.bert]

  /// The family of a configuration.
  ///
  /// - Throws: ``ModelsError`` that names the families there are.
  public static func of(_ file: ConfigurationFile) throws -> ModelFamily {
    let known = all.map(\.modelType).joined(separator: ", ")
    guard let type = file.modelType else {
      throw ModelsError(
        .architecture, "\(file.path) has no model_type. Supported are: \(known).")
    }
    guard let family = all.first(where: { $0.modelType == type }) else {
      throw ModelsError(
        .architecture,
        "\(file.path): the architecture \"\(type)\" is not supported. Supported are: \(known).")
    }
    return family
  }

  /// A checkpoint seen through the names that the family's task models use.
  func translated(_ source: any WeightSource) -> any WeightSource {
    let hasPrefix = source.names.contains { $0.hasPrefix(basePrefix) }
    let (prefix, spellings, buffers) = (basePrefix, oldSpellings, buffers)
    return RenamedWeights(source) { stored in
      var name = hasPrefix ? stored : prefix + stored
      for (old, new) in spellings where name.hasSuffix(old) {
        name = name.dropLast(old.count) + new
      }
      return buffers.contains { name == prefix + $0 } ? nil : name
    }
  }
}
