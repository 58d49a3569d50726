public import Torch

/// Changes what a part of a layer adds to the residual stream: it fills ``SublayerSlot/adapter``.
public protocol SublayerAdapter: AnyObject {
  /// The stream after the part.
  ///
  /// - Parameter part: What the part made, and of what.
  /// - Returns: `[T, width]`: of a model that normalises after the sum the norm of the sum, of others
  ///   the sum itself.
  /// - Throws: `TorchError` when shapes do not fit.
  func callAsFunction(_ part: SublayerResult) throws -> Tensor
}

/// What an attention or a feed-forward part made of the stream.
public struct SublayerResult {
  /// What it gives, dropped out, before it is added: `[T, width]`.
  public let output: Tensor
  /// The stream that it is added to, `[T, width]`.
  public let residual: Tensor
  /// What it read, `[T, width]`: ``residual`` itself where norms come after the sum, its norm where
  /// they come before.
  public let input: Tensor
  /// The norm that follows the sum; nil in models that normalise before a part.
  public let norm: ((Tensor) throws -> Tensor)?

  /// Names the parts.
  public init(
    output: Tensor, residual: Tensor, input: Tensor, norm: ((Tensor) throws -> Tensor)? = nil
  ) {
    self.output = output
    self.residual = residual
    self.input = input
    self.norm = norm
  }
}

/// The place after a part of a layer, where its result can be changed.
public final class SublayerSlot {
  /// Which part.
  public enum Kind: String, Sendable {
    /// The attention of a sequence over itself.
    case attention
    /// The attention over another text.
    case crossAttention
    /// The feed-forward part.
    case feedForward
  }

  /// The scope of the layer, such as `bert.encoder.layer.0`.
  public let name: String
  /// Which part of the layer.
  public let kind: Kind
  /// Width of the stream.
  public let width: Int
  /// What changes the result; nil for nothing.
  public var adapter: (any SublayerAdapter)?

  init(name: String, kind: Kind, width: Int) {
    self.name = name
    self.kind = kind
    self.width = width
  }
}
