/// The memory that the tensors of a run on a processor are expected to need at most, in bytes, by
/// what needs it.
///
/// What the program holds besides them (libraries, data, pages of the checkpoint's file) is not
/// counted.
public struct MemoryEstimate: Sendable, Equatable {
  /// Parameters: what the model computes with, and the fp32 originals beside copies in bf16.
  ///
  /// Originals that were let go of, or that share the pages of the checkpoint's file, are not
  /// counted; frozen weights in fewer bits count as the bytes they have.
  public let parameters: Int
  /// The part of ``parameters`` that no step changes.
  public let frozen: Int
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
    parameters: Int, frozen: Int = 0, moments: Int, gradientSums: Int, gradients: Int,
    activations: Int, tokens: Int
  ) {
    self.parameters = parameters
    self.frozen = frozen
    self.moments = moments
    self.gradientSums = gradientSums
    self.gradients = gradients
    self.activations = activations
    self.tokens = tokens
  }

  /// The most at once: the backward pass gives activations back as gradients come to be.
  public var peak: Int { parameters + moments + gradientSums + max(gradients, activations) }
}
