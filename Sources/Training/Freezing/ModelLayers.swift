internal import Layers

/// Where the parameters of a model lie between its input and its output, told by their names and by
/// the order in which its layers were made.
///
/// A stack is a list of layers, such as `bert.encoder.layer`; a model that reads one text and writes
/// another has two, whose layers count from the top of each (Raffel et al. 2020, arXiv:1910.10683,
/// unfreeze them so).
struct ModelLayers {
  /// A place between input and output.
  enum Place: Equatable {
    /// Tables of words and positions, and what follows them before the first layer.
    case embeddings
    /// A layer of a stack; 0 is the last one, next to the output.
    case layer(fromTop: Int)
    /// What follows the last layer: the last norm, a pooler, the head.
    case head
  }

  /// Layers of the largest stack; 0 for a model without lists of layers.
  let count: Int
  /// Whether the list holds groups that several layers of the model share, as ALBERT's does.
  let isShared: Bool
  private let stacks: [(prefix: String, count: Int)]
  private let inputs: Set<String>

  /// Finds the stacks of a store's model.
  init(_ store: ParameterStore) {
    let attentions = store.modules.attentions.map(\.name)
    let own = store.parameters.filter { !$0.isAttached }.map(\.name)
    var sizes: [String: Int] = [:]
    var first: Int?
    for (index, name) in own.enumerated() {
      guard let (prefix, number) = Self.element(name) else { continue }
      // A list inside a head is no stack of layers; where attentions are known, stacks hold some.
      guard attentions.isEmpty || attentions.contains(where: { $0.hasPrefix(prefix + ".") })
      else { continue }
      first = first ?? index
      sizes[prefix] = max(sizes[prefix] ?? 0, number + 1)
    }
    stacks = sizes.map { ($0.key, $0.value) }.sorted { $0.prefix < $1.prefix }
    count = stacks.map(\.count).max() ?? 0
    isShared = stacks.contains { $0.prefix.hasSuffix("layer_groups") }
    inputs = Set(own.prefix(first ?? 0))
  }

  /// The list that a name is in, and its number there: of `encoder.layer.3.output` the list
  /// `encoder.layer` and 3.
  private static func element(_ name: String) -> (prefix: String, number: Int)? {
    let parts = name.split(separator: ".")
    for (index, part) in parts.enumerated().dropFirst() {
      if let number = Int(part) { return (parts[..<index].joined(separator: "."), number) }
    }
    return nil
  }

  /// Where a parameter lies, by its name; one that a method attached lies where its layer does.
  func place(of name: String) -> Place {
    let dotted = "." + name
    for stack in stacks {
      guard let range = dotted.firstRange(of: ".\(stack.prefix)."),
        let number = Int(dotted[range.upperBound...].prefix { $0 != "." })
      else { continue }
      return .layer(fromTop: max(0, stack.count - 1 - number))
    }
    return inputs.contains(name) || (count > 0 && name.contains("embed")) ? .embeddings : .head
  }

  /// Refuses what counts layers in a model that has none to count.
  ///
  /// - Parameter key: The setting, such as `freezing.topLayers`.
  /// - Throws: ``TrainingError`` that names the setting.
  func requireLayers(for key: String) throws {
    if isShared {
      throw TrainingError(
        .setting,
        "\(key) counts layers, but all layers of this model share their weights, as ALBERT's do. "
          + "Leave it out, or name parameters in freezing.frozen.")
    }
    guard count == 0 else { return }
    throw TrainingError(
      .setting,
      "\(key) counts layers, but the parameters of this model have no numbered layers. Leave it "
        + "out, or name parameters in freezing.frozen.")
  }

  /// What the learning rate of a parameter is multiplied with when each layer has `decay` of the
  /// rate of the one above it: 1 for the head, `decay` for the top layer, the least for embeddings.
  func rateFactor(of name: String, decay: Double) -> Double {
    let depth: Int
    switch place(of: name) {
    case .head: depth = 0
    case .layer(let fromTop): depth = fromTop + 1
    case .embeddings: depth = count + 1
    }
    // By products alone, so that the factors are the same wherever a run goes on.
    return (0..<depth).reduce(1) { factor, _ in factor * decay }
  }
}
