import Layers

extension Linear {
  /// The layer from vectors to logits of a vocabulary: the word table itself where they are tied.
  ///
  /// - Parameters:
  ///   - table: The word table, `[vocabulary, hidden]`.
  ///   - isTied: Whether the layer's weight is the table; else it has its own.
  ///   - deviation: Standard deviation of a weight of its own that is initialised.
  ///   - biasScope: Where the bias `[vocabulary]` has its name; nil for a layer without. When that is
  ///     not the layer's own scope, a checkpoint may hold the bias there as well.
  ///   - scope: The layer's place.
  /// - Throws: `LayersError` when a name is taken.
  convenience init(
    vocabularyOutput table: Parameter, isTied: Bool, deviation: Double,
    bias biasScope: ModuleScope?, at scope: ModuleScope
  ) throws {
    let bias = try biasScope.map {
      try $0.parameter("bias", shape: [table.shape[0]], .zeros)
    }
    if let bias, let biasScope, biasScope.path != scope.path { try scope.tie("bias", to: bias) }
    if isTied {
      try scope.tie("weight", to: table)
      self.init(weight: table, bias: bias)
    } else {
      self.init(
        weight: try scope.parameter("weight", shape: table.shape, .normal(deviation: deviation)),
        bias: bias)
    }
  }
}
