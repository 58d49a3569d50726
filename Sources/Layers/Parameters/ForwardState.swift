public import Torch

/// What a forward pass needs to know besides its input: whether it is training, and where in the
/// run it is.
///
/// One object is shared by all layers of a model, so that no call passes it along.
public final class ForwardState {
  /// Whether dropout drops.
  public var isTraining = false
  /// The run's seed.
  public var seed: UInt64 = 0
  /// How many micro-batches the run has begun: with the seed and a dropout's site it names a mask.
  public var microbatch: UInt64 = 0
  /// Whether the layers of a model are computed again in the backward pass, instead of keeping what
  /// it needs: less memory for a third more work, with the same bits.
  public var checkpointsActivations = false

  init() {}

  /// What one layer of a model makes of its input, kept or to be computed again as
  /// ``checkpointsActivations`` says.
  public func layer(_ input: Tensor, _ body: @escaping (Tensor) throws -> Tensor) throws -> Tensor {
    checkpointsActivations && isRecordingGradients
      ? try repeatable(input, body) : try body(input)
  }

  /// What `body` makes of its input, computed again in the backward pass with the masks of dropout
  /// that it has now.
  ///
  /// - Parameters:
  ///   - input: What the result depends on, besides parameters.
  ///   - part: Which of several passes of the model over one micro-batch this is: each draws masks
  ///     of its own, the first those of a micro-batch in one pass.
  ///   - body: Computes the result.
  /// - Returns: The result of `body`; nothing but it is kept for the backward pass.
  /// - Throws: What `body` throws.
  public func repeatable(
    _ input: Tensor, part: Int = 0, _ body: @escaping (Tensor) throws -> Tensor
  ) throws -> Tensor {
    let own = seed ^ (0x9e37_79b9_7f4a_7c15 &* UInt64(part))
    return try checkpointed(input) { [self] input in
      let before = seed
      seed = own
      defer { seed = before }
      return try body(input)
    }
  }
}

/// Sets elements to zero at random while training, and scales up the others.
///
/// Srivastava et al., "Dropout", 2014.
///
/// Masks come from counter-based random numbers, keyed by the seed, the micro-batch, the site and
/// the element: they are recomputed in the backward pass, and a resumed run draws the same ones.
public struct Dropout {
  /// The share of elements that are dropped while training.
  public let rate: Double
  let site: UInt64
  let state: ForwardState

  /// The mask's key in this forward pass; rate 0 when nothing is to be dropped.
  public var key: DropoutKey {
    DropoutKey(
      rate: state.isTraining ? rate : 0, seed: state.seed, place: state.microbatch << 16 | site)
  }

  /// Applies the dropout by itself.
  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    let key = key
    return key.rate == 0 ? input : try input.dropout(key)
  }
}
