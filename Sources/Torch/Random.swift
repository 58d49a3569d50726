internal import CTorch

/// A seeded source of libtorch's random numbers; the same seed gives PyTorch's own sequence.
///
/// For what must be resumed or recomputed use counter-based numbers instead (``DropoutKey``): this
/// one has state.
@safe public final class Generator {
  let handle: OpaquePointer

  /// Starts the sequence of a seed.
  public init(seed: UInt64, on device: Device = .cpu) throws(TorchError) {
    guard let handle = unsafe ct_generator_make(seed, device.code) else {
      throw TorchError.pending(in: #function)
    }
    unsafe self.handle = handle
  }

  deinit {
    unsafe ct_generator_release(handle)
  }

  /// The state as bytes (`uint8`, rank 1), to be stored.
  public func state() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_generator_state(handle))
  }

  /// Goes on from a stored state.
  public func restore(_ state: Tensor) throws(TorchError) {
    try check(unsafe ct_generator_set_state(handle, state.handle))
  }

  /// The integers 0 to count - 1 in random order, `int64`.
  public func permutation(_ count: Int) throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_random_permutation(Int64(count), handle))
  }
}

extension Tensor {
  /// Overwrites the elements with normally distributed numbers.
  public func fillNormal(mean: Double = 0, deviation: Double = 1, using generator: Generator)
    throws(TorchError)
  {
    try check(unsafe ct_normal_(handle, mean, deviation, generator.handle))
  }

  /// Overwrites the elements with numbers uniform in `low..<high`.
  public func fillUniform(from low: Double = 0, to high: Double = 1, using generator: Generator)
    throws(TorchError)
  {
    try check(unsafe ct_uniform_(handle, low, high, generator.handle))
  }

  /// Overwrites the elements with integers uniform in `range`.
  public func fillIntegers(in range: Range<Int>, using generator: Generator) throws(TorchError) {
    try check(
      unsafe ct_random_integers_(
        handle, Int64(range.lowerBound), Int64(range.upperBound), generator.handle))
  }
}
