/// Gives every sequence keys and values besides those of its own tokens: it fills
/// ``AttentionSlot/adapter``.
public protocol AttentionAdapter: AnyObject {
  /// The further keys and values, which stand before the sequence's own and are seen by all of its
  /// tokens, but where a window hides what is far away.
  ///
  /// Called in every pass of every layer; with activations that are computed again, in the backward
  /// pass too.
  ///
  /// - Returns: Each `[P, keyHeads · size]`, as the attention's own are before they are split; keys
  ///   are not turned by positions.
  func prefix(of slot: AttentionSlot) throws -> AttentionPrefix

  /// How many they are, `P`: the positions of the sequence's tokens count on after them, as they do
  /// after what a cache holds.
  ///
  /// Asked once a pass, of the first layer; that of the prefix itself unless told otherwise, which a
  /// method that computes its prefix should do.
  func count(of slot: AttentionSlot) throws -> Int
}

extension AttentionAdapter {
  /// That of the prefix itself.
  public func count(of slot: AttentionSlot) throws -> Int { try prefix(of: slot).count }
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
