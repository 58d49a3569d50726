/// The memory that the tensors of a run on a processor are expected to need at most, in bytes, by
/// what needs it.
///
/// What the program holds besides them (libraries, data, pages of the checkpoint's file) is not
/// counted.
public struct MemoryEstimate: Sendable, Equatable {
  /// Parameters: fp32 originals, and the copies that a bf16 model computes with.
  public let parameters: Int
  /// What the optimiser remembers between steps.
  public let moments: Int
  /// Sums over micro-batches that are kept in fp32 beside the gradients; 0 where libtorch adds up.
  public let gradientSums: Int
  /// The gradients of one micro-batch.
  public let gradients: Int
  /// What the forward pass of the largest micro-batch keeps for the backward pass.
  public let activations: Int
  /// Tokens of the largest micro-batch.
  public let tokens: Int

  /// Names the parts.
  public init(
    parameters: Int, moments: Int, gradientSums: Int, gradients: Int, activations: Int, tokens: Int
  ) {
    self.parameters = parameters
    self.moments = moments
    self.gradientSums = gradientSums
    self.gradients = gradients
    self.activations = activations
    self.tokens = tokens
  }

  /// The most at once: the backward pass gives activations back as gradients come to be.
  public var peak: Int { parameters + moments + gradientSums + max(gradients, activations) }
}
