internal import CTorch

/// What `body` gives for `input`, computed again in the backward pass instead of keeping what it
/// needs: activation checkpointing (Chen et al., 2016, arXiv:1604.06174).
///
/// Gradients have the same bits as without, as long as `body` computes the same twice: dropout here
/// does, since its masks are functions of a key. (A parameter that is used in several places may add
/// up their parts in another order.) They come from ``Tensor/backward(gradient:keepsGraph:)``
/// alone.
///
/// - Parameters:
///   - input: What the result depends on, besides parameters.
///   - body: Computes the result; called once now, and once more in a backward pass. What it
///     captures stays in memory until then.
/// - Returns: The result of `body`.
/// - Throws: What `body` throws now; in the backward pass it becomes a ``TorchError``.
public func checkpointed(
  _ input: Tensor, _ body: @escaping (Tensor) throws -> Tensor
) throws -> Tensor {
  let computation = Computation(body)
  do {
    let functions = unsafe ct_computation(
      context: Unmanaged.passRetained(computation).toOpaque(),
      compute: { context, input in
        guard let context = unsafe context else { return nil }
        return unsafe Computation.at(context).takeUnretainedValue().compute(input)
      },
      release: { context in
        if let context = unsafe context { unsafe Computation.at(context).release() }
      })
    return unsafe try Tensor(adopting: ct_checkpointed(input.handle, functions))
  } catch {
    throw computation.failure ?? error
  }
}

/// A closure that C++ calls.
private final class Computation {
  private let body: (Tensor) throws -> Tensor
  /// What the closure threw.
  private(set) var failure: (any Error)?

  init(_ body: @escaping (Tensor) throws -> Tensor) {
    self.body = body
  }

  static func at(_ context: UnsafeMutableRawPointer) -> Unmanaged<Computation> {
    unsafe Unmanaged<Computation>.fromOpaque(context)
  }

  /// A new handle of the result; nil after an error, which is recorded.
  func compute(_ input: OpaquePointer?) -> OpaquePointer? {
    do {
      let result = unsafe try body(Tensor(adopting: input.flatMap { unsafe ct_retain($0) }))
      // The handle of the closure's tensor goes with that tensor; the caller gets one of its own.
      return unsafe withExtendedLifetime(result) { unsafe ct_retain(result.handle) }
    } catch {
      failure = error
      unsafe ct_record_error("\(error)")
      return nil
    }
  }
}
