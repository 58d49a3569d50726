internal import Datasets
internal import Layers

/// Parameters that somebody named: by a regular expression, or by a word that all families share.
struct ParameterPattern {
  private enum Kind {
    case embeddings, norms, biases, head
    case expression(Regex<AnyRegexOutput>)
  }

  private let kind: Kind

  /// Reads a pattern.
  ///
  /// - Throws: ``TrainingError`` for one that is no regular expression.
  init(_ text: String) throws {
    switch text {
    case "embeddings": kind = .embeddings
    case "norms": kind = .norms
    case "biases": kind = .biases
    case "head": kind = .head
    default:
      do {
        kind = .expression(try Regex(text))
      } catch {
        throw TrainingError(.setting, "'\(text)' is no regular expression: \(error).")
      }
    }
  }

  /// Whether it means the parameter of this name, in a model of these layers.
  func matches(_ name: String, _ layers: ModelLayers) -> Bool {
    switch kind {
    case .embeddings: layers.place(of: name) == .embeddings
    case .head: layers.place(of: name) == .head
    case .biases: name.hasSuffix("bias")
    case .norms: Self.isOfNorm(name)
    case .expression(let expression): name.firstMatch(of: expression) != nil
    }
  }

  /// Whether the module before the last part of the name is a norm: `LayerNorm`, `ln_1`,
  /// `q_norm`, `post_attention_layernorm` and their like.
  private static func isOfNorm(_ name: String) -> Bool {
    guard let module = name.split(separator: ".").dropLast().last?.lowercased() else {
      return false
    }
    return module.contains("norm") || module.hasPrefix("ln_")
  }

  /// The sentence for a pattern that means nothing, with names that are near it.
  static func meansNothing(_ text: String, of key: String, among names: [String]) -> TrainingError {
    let parts = Set(names.flatMap { $0.split(separator: ".").map(String.init) }).sorted()
    let words = text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
    let near = words.filter { word in !names.contains { $0.contains(word) } }
      .compactMap { NearestName.of($0, among: parts) }
    let hint =
      near.isEmpty
      ? "They are called \(names.prefix(3).joined(separator: ", ")) and so on."
      : "Near names: \(near.joined(separator: ", "))."
    return TrainingError(
      .setting, "The pattern '\(text)' of \(key) matches no parameter of the model. \(hint)")
  }
}
