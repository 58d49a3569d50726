public import Torch

extension ModelFamily {
  /// The prefix that the bare model's parameters have inside task models, such as `bert.`; empty for
  /// a family without.
  public var encoderPrefix: String { weights.basePrefix }

  /// Whether checkpoints hold a matrix as `[in, out]`, where layers here hold `[out, in]`, as GPT-2's
  /// do.
  public func isStoredTransposed(_ name: String) -> Bool { weights.isTransposed(name) }

  /// A parameter as the family's checkpoints store it.
  ///
  /// - Throws: `TorchError`.
  public func stored(_ tensor: Tensor, name: String) throws -> Tensor {
    try weights.stored(tensor, name: name)
  }
}
