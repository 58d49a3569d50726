import Layers
import Torch

/// How a family's checkpoints differ from its parameters' names and shapes: both ways.
struct WeightTranslation: Sendable {
  /// The prefix that the bare model's parameters have inside a task model; a bare model's own
  /// checkpoint lacks it.
  var basePrefix: String
  /// Prefixes that they have in some task models instead.
  var otherPrefixes: [String] = []
  /// Endings of names in old checkpoints, and what they are now.
  var oldSpellings: [String: String] = [:]
  /// Names of stored tensors, without the base prefix, that are no weights.
  var isBuffer: @Sendable (String) -> Bool = { _ in false }
  /// For a tensor, by its name without the base prefix, others that a checkpoint may hold in its
  /// place, since they are tied to it.
  var standIns: [String: [String]] = [:]
  /// Which matrices are stored as `[in, out]`, where layers here hold `[out, in]`.
  var isTransposed: @Sendable (String) -> Bool = { _ in false }

  /// A checkpoint seen through the names and shapes of parameters.
  ///
  /// - Parameters:
  ///   - source: The checkpoint, of the bare model or of any of the family's task models.
  ///   - other: The bare model's prefix in the model that is made, where it is not ``basePrefix``.
  /// - Returns: A source of the parameters' names and shapes.
  func reading(_ source: any WeightSource, basePrefix other: String? = nil) -> any WeightSource {
    let prefix = other ?? basePrefix
    let candidates = ([prefix, basePrefix] + otherPrefixes).filter { !$0.isEmpty }
    let found = candidates.first { candidate in
      source.names.contains { $0.hasPrefix(candidate) }
    }
    func current(_ stored: String) -> String {
      var name = stored
      if let found {
        if stored.hasPrefix(found) { name = prefix + stored.dropFirst(found.count) }
      } else {
        name = prefix + stored
      }
      for (old, new) in oldSpellings where name.hasSuffix(old) {
        name = name.dropLast(old.count) + new
      }
      return name
    }
    let replaced = replacements(Set(source.names.map(current)), prefix: prefix)
    let renamed = RenamedWeights(source) { stored in
      let name = current(stored)
      let bare = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
      return isBuffer(bare) ? nil : replaced[name] ?? name
    }
    return TransposedWeights(renamed, isTransposed)
  }

  /// For tensors that are missing, what stands in for each: the name it has, to the name it gets.
  private func replacements(_ names: Set<String>, prefix: String) -> [String: String] {
    var replacements: [String: String] = [:]
    for (name, others) in standIns where !names.contains(prefix + name) {
      if let found = others.first(where: { names.contains(prefix + $0) }) {
        replacements[prefix + found] = prefix + name
      }
    }
    return replacements
  }

  /// A parameter as the checkpoint stores it.
  func stored(_ tensor: Tensor, name: String) throws -> Tensor {
    isTransposed(name) ? try tensor.transposed(0, 1).contiguous() : tensor
  }
}

/// A checkpoint whose matrices of some names are seen transposed.
private final class TransposedWeights: WeightSource {
  private let base: any WeightSource
  private let isTransposed: (String) -> Bool

  init(_ base: any WeightSource, _ isTransposed: @escaping (String) -> Bool) {
    self.base = base
    self.isTransposed = isTransposed
  }

  var names: [String] { base.names }
  var origin: String { base.origin }

  func shape(of name: String) -> [Int]? {
    guard let shape = base.shape(of: name) else { return nil }
    return isTransposed(name) ? shape.reversed() : shape
  }

  func dataType(of name: String) -> DataType? { base.dataType(of: name) }

  func tensor(_ name: String) throws -> Tensor {
    let tensor = try base.tensor(name)
    return isTransposed(name) && tensor.shape.count == 2
      ? try tensor.transposed(0, 1).contiguous() : tensor
  }
}
