public import Torch

/// Gives every sequence keys and values besides those of its own tokens: it fills
/// ``AttentionSlot/adapter``.
public protocol AttentionAdapter: AnyObject {
  /// The further keys and values, which stand before the sequence's own and are seen by all of its
  /// tokens.
  ///
  /// - Returns: Each `[P, keyHeads · size]`, as the attention's own are before they are split; keys
  ///   are not turned by positions.
  func prefix(of slot: AttentionSlot) throws -> AttentionPrefix
}

/// Keys and values that all sequences share.
public struct AttentionPrefix {
  /// `[P, keyHeads · size]`.
  public let key: Tensor
  /// Of the same shape.
  public let value: Tensor
  /// How many there are.
  public var count: Int { key.shape[0] }

  /// Joins them.
  public init(key: Tensor, value: Tensor) {
    self.key = key
    self.value = value
  }
}

/// The place of an attention in its model, where keys and values can be added.
public final class AttentionSlot {
  /// What the queries look at.
  public enum Kind: String, Sendable {
    /// Their own sequence, all of it.
    case own
    /// Their own sequence up to themselves.
    case causal
    /// Another text.
    case cross
  }

  /// The scope at which the attention was made, such as `bert.encoder.layer.0.attention.self`.
  public let name: String
  /// What the queries look at.
  public let kind: Kind
  /// Heads of keys and values.
  public let keyHeads: Int
  /// Width of one head.
  public let size: Int
  /// What adds keys and values; nil for nothing.
  public var adapter: (any AttentionAdapter)?

  init(name: String, kind: Kind, keyHeads: Int, size: Int) {
    self.name = name
    self.kind = kind
    self.keyHeads = keyHeads
    self.size = size
  }
}
