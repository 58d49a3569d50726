internal import Layers
internal import Torch

extension LoRALayer {
  /// Whether it has neither a bias nor DoRA's lengths.
  var isPlain: Bool { bias == nil && magnitude == nil }

  /// What PEFT's `add_weighted_adapter` makes of several.
  ///
  /// - Throws: ``AdaptersError`` when ranks differ that must not.
  static func combined(
    _ parts: [(adapter: LoRALayer, weight: Double)], _ combination: AdapterSet.Combination,
    _ name: String
  ) throws -> FixedLowRank {
    switch combination {
    case .cat:
      return FixedLowRank(
        down: try Tensor.concatenated(
          parts.map { try $0.adapter.down.value * ($0.weight * $0.adapter.scale) }),
        up: try Tensor.concatenated(parts.map(\.adapter.up.value), along: 1))
    case .linear:
      let ranks = Set(parts.map { $0.adapter.down.shape[0] })
      guard ranks.count == 1 else {
        throw AdaptersError(
          .target,
          "The adapters have ranks \(ranks.sorted()) at \(name); a linear combination needs equal "
            + "ones. Combine them as \"cat\".")
      }
      // The sign of a factor goes to one side alone: on both it would cancel.
      let factors = parts.map { $0.weight * $0.adapter.scale }
      let downs = try zip(parts, factors).map { part, factor in
        try part.adapter.down.value * (abs(factor).squareRoot() * (factor < 0 ? -1 : 1))
      }
      let ups = try zip(parts, factors).map { part, factor in
        try part.adapter.up.value * abs(factor).squareRoot()
      }
      return FixedLowRank(down: try sum(downs), up: try sum(ups))
    }
  }

  private static func sum(_ tensors: [Tensor]) throws -> Tensor {
    try tensors.dropFirst().reduce(tensors[0]) { try $0 + $1 }
  }
}
