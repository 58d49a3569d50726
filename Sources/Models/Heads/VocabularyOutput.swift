import Layers

extension Linear {
  /// The layer from vectors to logits of a vocabulary: the word table itself where they are tied.
  ///
  /// Where the bias has its name outside the layer's own scope, checkpoints may hold it in both. A
  /// tied layer has it outside. One with a weight of its own has it inside, and what is outside is a
  /// copy that nothing reads; older checkpoints have it only there.
  ///
  /// - Parameters:
  ///   - table: The word table, `[vocabulary, hidden]`.
  ///   - isTied: Whether the layer's weight is the table; else it has its own.
  ///   - deviation: Standard deviation of a weight of its own that is initialised.
  ///   - biasScope: Where the bias `[vocabulary]` has its name; nil for a layer without.
  ///   - scope: The layer's place.
  /// - Throws: `LayersError` when a name is taken.
  convenience init(
    vocabularyOutput table: Parameter, isTied: Bool, deviation: Double,
    bias biasScope: ModuleScope?, at scope: ModuleScope
  ) throws {
    let bias = try biasScope.map {
      try Self.bias(of: table.shape[0], isTied: isTied, outside: $0, inside: scope)
    }
    if isTied {
      try scope.tie("weight", to: table)
      self.init(weight: table, bias: bias)
    } else {
      self.init(
        weight: try scope.parameter("weight", shape: table.shape, .normal(deviation: deviation)),
        bias: bias)
    }
  }

  private static func bias(
    of size: Int, isTied: Bool, outside: ModuleScope, inside: ModuleScope
  ) throws -> Parameter {
    let (used, other) = isTied ? (outside, inside) : (inside, outside)
    guard used.path != other.path else {
      return try used.parameter("bias", shape: [size], .zeros)
    }
    let bias = try used.parameter("bias", or: other["bias"].path, shape: [size], .zeros)
    if isTied { try other.tie("bias", to: bias) } else { try other.copy(bias, as: "bias") }
    return bias
  }
}
