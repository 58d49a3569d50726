public import Torch

extension Linear {
  /// What the layer's weights and bias become when a change is folded into them, in fp32.
  ///
  /// `W' = output ∘ (W ∘ input + Σ scale · up · down)`, of the fp32 originals; terms are taken without
  /// their dropout, as at any use but training. The layer itself stays as it is.
  ///
  /// - Parameter update: The change.
  /// - Returns: Weights `[output, input]`, and a bias `[output]` where the layer or the change has
  ///   one.
  /// - Throws: `TorchError` when shapes do not fit.
  public func merged(_ update: LinearUpdate) throws -> (weight: Tensor, bias: Tensor?) {
    try withoutGradients {
      var merged = try weight.original()
      if let scale = update.inputScale { merged = try merged * scale.to(.float32) }
      for term in update.terms {
        let product = try term.up.to(.float32).matmul(term.down.to(.float32))
        merged = try merged + product * term.scale
      }
      let outputScale = try update.outputScale?.to(.float32)
      if let outputScale { merged = try merged * outputScale.unsqueezed(1) }
      var shift = try bias?.original()
      if update.scalesBias, let own = shift, let outputScale { shift = try own * outputScale }
      if let further = try update.bias?.to(.float32) {
        shift = try shift.map { try $0 + further } ?? further
      }
      return (merged, shift)
    }
  }
}
