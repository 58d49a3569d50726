public import Torch

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

extension AttentionSlot {
  /// The keys and values that stand before each sequence's own; nil for none.
  ///
  /// - Throws: ``LayersError`` when the adapter gives keys or values of another shape.
  func prefix() throws -> AttentionPrefix? {
    guard let prefix = try adapter?.prefix(of: self) else { return nil }
    let width = keyHeads * size
    guard prefix.key.shape == [prefix.count, width], prefix.value.shape == prefix.key.shape else {
      throw LayersError(
        .weights,
        "The prefix of \(name) has keys \(prefix.key.shape) and values \(prefix.value.shape); both "
          + "must be [prefix tokens, \(width)].")
    }
    return prefix
  }

  /// How many keys and values stand before each sequence's own: the positions of its tokens count on
  /// after them.
  public func prefixLength() throws -> Int { try adapter?.count(of: self) ?? 0 }
}

extension AttentionPrefix {
  /// Keys, then values, `[P, 2 · keyHeads, size]`, in the type of what they stand before.
  func packed(for slot: AttentionSlot, _ type: DataType) throws -> Tensor {
    try Tensor.concatenated([key, value], along: 1).to(type)
      .reshaped([count, 2 * slot.keyHeads, slot.size])
  }
}

extension KeysAndValues {
  /// The same with a prefix before each sequence's own.
  func following(_ prefix: AttentionPrefix) throws -> KeysAndValues {
    func following(_ own: Tensor, _ prefix: Tensor) throws -> Tensor {
      let shape = [prefix.shape[0]] + own.shape.dropFirst()
      return try own.prefixed(by: prefix.to(own.dataType).reshaped(shape), boundaries: boundaries)
    }
    return try KeysAndValues(
      key: following(key, prefix.key), value: following(value, prefix.value),
      lengths: lengths.map { $0 + prefix.count })
  }
}

extension AttentionHeads {
  /// Keys and values of another text, with what a method puts before them.
  ///
  /// Heads add nothing of their own to keys that they are given: a model that looks at another text
  /// calls this once, and keeps the result in its cache.
  public func prefixed(_ own: KeysAndValues) throws -> KeysAndValues {
    try slot.prefix().map(own.following) ?? own
  }

  /// Attention of a batch's tokens over their own sequences, from the packed projection `[T, count +
  /// 2 · keyCount, size]` to `[T, count · size]`.
  func overOwn(_ projected: Tensor, batch: RaggedBatch, bias: AttentionBias) throws -> Tensor {
    let mixed =
      if let prefix = try slot.prefix() {
        try raggedAttention(
          projected: projected, heads: count, keyHeads: keyCount,
          prefix: prefix.packed(for: slot, projected.dataType), boundaries: batch.boundaries,
          options: options(bias))
      } else {
        try raggedAttention(
          projected: projected, heads: count, keyHeads: keyCount, boundaries: batch.boundaries,
          options: options(bias))
      }
    return try mixed.reshaped([batch.tokenCount, count * size])
  }
}
