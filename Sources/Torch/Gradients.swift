internal import CTorch

extension Tensor {
  /// Whether operations on this tensor are recorded for differentiation.
  public var requiresGradient: Bool { unsafe ct_requires_gradient(handle) }

  /// Asks for, or refuses, a gradient of a tensor that no operation made.
  ///
  /// - Throws: ``TorchError`` for a tensor of integers, or one that an operation made.
  public func setRequiresGradient(_ value: Bool) throws(TorchError) {
    try check(unsafe ct_set_requires_gradient(handle, value))
  }

  /// The same memory, outside the record of operations.
  public func detached() throws(TorchError) -> Tensor {
    unsafe try Tensor(adopting: ct_detach(handle))
  }

  /// The gradient that ``backward(gradient:keepsGraph:)`` accumulated, nil before the first.
  public var gradient: Tensor? { try? accumulatedGradient?.dense() }

  /// The same as it was accumulated: that of a table may hold only the rows that were looked up.
  public var accumulatedGradient: Tensor? {
    guard let gradient = unsafe ct_gradient(handle) else { return nil }
    return unsafe try? Tensor(adopting: gradient)
  }

  /// Replaces the accumulated gradient; nil frees its memory.
  public func setGradient(_ gradient: Tensor?) throws(TorchError) {
    try check(unsafe ct_set_gradient(handle, gradient?.handle))
  }

  /// Adds the gradient of this tensor to every leaf it was made from.
  ///
  /// - Parameters:
  ///   - gradient: What this tensor is weighted with; nil means 1 and needs a single element.
  ///   - keepsGraph: Whether the record is kept for another call.
  /// - Throws: ``TorchError`` when the record is used up, or no weight is given for several
  ///   elements.
  public func backward(gradient: Tensor? = nil, keepsGraph: Bool = false) throws(TorchError) {
    try check(unsafe ct_backward(handle, gradient?.handle, keepsGraph))
  }

  /// The gradients of this single element by each of `inputs`, without touching ``gradient``; nil
  /// where it does not depend.
  public func gradients(by inputs: [Tensor]) throws(TorchError) -> [Tensor?] {
    let handles = unsafe inputs.map { unsafe Optional($0.handle) }
    var results = unsafe [OpaquePointer?](repeating: nil, count: inputs.count)
    let succeeded = withExtendedLifetime(inputs) {
      unsafe ct_gradients_of(handle, handles, handles.count, &results)
    }
    try check(succeeded)
    var gradients: [Tensor?] = []
    for index in inputs.indices {
      let result = unsafe results[index]
      gradients.append(unsafe result == nil ? nil : try Tensor(adopting: result).dense())
    }
    return gradients
  }
}

/// Runs `body` without recording operations for differentiation.
///
/// libtorch keeps the mode per thread, so `body` cannot suspend.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  let before = ct_set_recording(false)
  defer { _ = ct_set_recording(before) }
  return try body()
}

/// Runs `body` recording operations, also inside ``withoutGradients(_:)``.
public func withGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  let before = ct_set_recording(true)
  defer { _ = ct_set_recording(before) }
  return try body()
}

/// Whether operations of this thread are recorded.
public var isRecordingGradients: Bool { ct_is_recording() }
