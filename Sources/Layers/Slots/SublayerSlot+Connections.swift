public import Torch

// The connections of a part to the residual stream with the place after the part. Where nothing fills
// it they are the fused ones.
extension LayerNorm {
  /// `norm(dropout(product + bias) + residual)`, or what the slot's adapter makes of the part.
  ///
  /// - Parameters:
  ///   - product: The part's result `[…, size]`, without its bias.
  ///   - bias: That bias `[size]`, or nil.
  ///   - residual: The stream, which the part read.
  ///   - dropout: What drops the part's result out.
  ///   - slot: The place after the part.
  /// - Returns: `[…, size]`.
  /// - Throws: `TorchError` when shapes do not fit.
  public func callAsFunction(
    product: Tensor, bias: Tensor?, residual: Tensor, dropout: Dropout, slot: SublayerSlot
  ) throws -> Tensor {
    guard let adapter = slot.adapter else {
      return try self(product: product, bias: bias, residual: residual, dropout: dropout)
    }
    let output = try bias.map { try product + $0 } ?? product
    return try adapter(
      SublayerResult(
        output: dropout(output), residual: residual, input: residual, norm: { try self($0) }))
  }

  /// `norm(dropout(layer(input)) + residual)`, or what the slot's adapter makes of the part.
  public func callAsFunction(
    after layer: Linear, _ input: Tensor, residual: Tensor, dropout: Dropout, slot: SublayerSlot
  ) throws -> Tensor {
    try self(
      product: layer.product(input), bias: layer.effectiveBias(), residual: residual,
      dropout: dropout, slot: slot)
  }

  /// `norm(dropout(block(input)) + residual)`, or what the slot's adapter makes of the part.
  public func callAsFunction(
    after block: FeedForward, _ input: Tensor, residual: Tensor, dropout: Dropout,
    slot: SublayerSlot
  ) throws -> Tensor {
    try self(
      product: block.product(input), bias: block.down.effectiveBias(), residual: residual,
      dropout: dropout, slot: slot)
  }
}

extension Norm {
  /// `residual + dropout(product + bias)` and its norm, or what the slot's adapter makes of the sum
  /// and the norm of that.
  ///
  /// - Parameters:
  ///   - product: The part's result `[…, size]`, without its bias.
  ///   - bias: That bias `[size]`, or nil.
  ///   - residual: The stream.
  ///   - dropout: What drops the part's result out.
  ///   - slot: The place after the part.
  ///   - read: What the part read, of `residual`'s shape; asked for by adapters alone.
  /// - Returns: The sum and its norm.
  /// - Throws: `TorchError` when shapes do not fit.
  public func adding(
    product: Tensor, bias: Tensor?, to residual: Tensor, dropout: Dropout, slot: SublayerSlot,
    of read: @autoclosure () throws -> Tensor
  ) throws -> NormalizedResidual {
    guard let adapter = slot.adapter else {
      return try adding(product: product, bias: bias, to: residual, dropout: dropout)
    }
    let output = try bias.map { try product + $0 } ?? product
    let sum = try adapter(
      SublayerResult(output: dropout(output), residual: residual, input: read()))
    return NormalizedResidual(sum: sum, normalized: try self(sum))
  }

  /// `residual + dropout(layer(input))` and its norm, or what the slot's adapter makes of the sum and
  /// the norm of that.
  public func adding(
    _ layer: Linear, _ input: Tensor, to residual: Tensor, dropout: Dropout, slot: SublayerSlot,
    of read: @autoclosure () throws -> Tensor
  ) throws -> NormalizedResidual {
    try adding(
      product: layer.product(input), bias: layer.effectiveBias(), to: residual, dropout: dropout,
      slot: slot, of: read())
  }
}

extension SublayerSlot {
  /// `residual + output`, or what the adapter makes of the part that read `input`: for a connection
  /// whose norm comes later.
  public func sum(of output: Tensor, to residual: Tensor, input: Tensor) throws -> Tensor {
    guard let adapter else { return try residual + output }
    return try adapter(SublayerResult(output: output, residual: residual, input: input))
  }
}
