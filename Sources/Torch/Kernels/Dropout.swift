internal import CTorch

extension Tensor {
  /// Elements set to zero at random, the kept ones multiplied by the inverse of the share that is
  /// kept.
  ///
  /// - Throws: ``TorchError`` when the rate is not in 0..<1.
  public func dropout(_ key: DropoutKey) throws -> Tensor {
    try unsafe Tensor(adopting: ct_dropout(handle, key.cValue))
  }
}
