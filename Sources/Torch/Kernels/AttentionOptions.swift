internal import CTorch

/// What attention adds to its scores before the softmax, by the distance of key and query.
///
/// A distance is the key's place less the query's. A sequence's queries and keys end together:
/// query `i` stands at the place of key `i + keys - queries`.
public enum AttentionBias {
  /// Nothing.
  case none
  /// A table `[heads, 2 * reach + 1]`: entry `reach + distance` is added, at distances beyond the
  /// reach the entry at that end.
  ///
  /// T5's buckets (Raffel et al., 2020) become such a table by one look-up, since beyond its
  /// largest distance all share a bucket. Differentiable; the gradient adds up in float32.
  case byDistance(Tensor)
  /// `slope * |distance|` is subtracted, `slopes` `[heads]`: ALiBi (Press et al., 2022).
  ///
  /// Not differentiable.
  case linear(slopes: Tensor)
}

/// How the queries of ``raggedAttention(query:key:value:queryBoundaries:keyBoundaries:options:)``
/// look at keys.
public struct AttentionOptions {
  /// Factor of the scores before bias and softmax; usually one over the square root of the head's
  /// size.
  public var scale: Double
  /// Whether a query sees only keys up to its own place.
  public var isCausal: Bool
  /// The largest distance, in tokens, at which a query sees keys, before its place and (unless
  /// causal) after it; nil sees all.
  ///
  /// The cost falls with it. A `sliding_window` of Mistral's is one more than this, a
  /// `local_attention` of ModernBERT's twice this.
  public var window: Int?
  /// What is added to the scores.
  public var bias: AttentionBias
  /// Which probabilities are removed.
  public var dropout: DropoutKey

  /// Attention with these options; all but the scale may be left out.
  public init(
    scale: Double, isCausal: Bool = false, window: Int? = nil, bias: AttentionBias = .none,
    dropout: DropoutKey = .none
  ) {
    self.scale = scale
    self.isCausal = isCausal
    self.window = window
    self.bias = bias
    self.dropout = dropout
  }
}

extension AttentionOptions {
  /// Runs `body` with the table, the slopes and the other options as the shim takes them.
  func withCValues(
    _ body: (OpaquePointer?, OpaquePointer?, ct_attention_options) throws -> Tensor
  ) throws -> Tensor {
    if let window, window < 0 {
      throw TorchError(
        .operation, "raggedAttention: the window is \(window); it must be at least 0, or nil")
    }
    let values = ct_attention_options(
      scale: scale, causal: isCausal, window: Int64(window ?? -1), dropout: dropout.cValue)
    return try withExtendedLifetime(self) {
      switch bias {
      case .none: try body(nil, nil, values)
      case .byDistance(let table): try unsafe body(table.handle, nil, values)
      case .linear(let slopes): try unsafe body(nil, slopes.handle, values)
      }
    }
  }
}
