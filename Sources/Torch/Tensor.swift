internal import CTorch

/// An n-dimensional array of one element type on one device, with libtorch's automatic
/// differentiation.
///
/// A tensor is a reference: two values may share memory, and in-place operations (`add(_:)`,
/// `copy(from:)`, `fill(_:)`) are seen by all of them. It is deliberately not `Sendable`: one
/// model, its tensors and its gradients belong to one owner at a time. Memory is freed when the
/// last reference goes.
@safe public final class Tensor {
  let handle: OpaquePointer

  /// Takes ownership of a result of the shim; a null result is the recorded error.
  init(adopting handle: OpaquePointer?, operation: StaticString = #function) throws(TorchError) {
    guard let handle = unsafe handle else { throw TorchError.pending(in: operation) }
    unsafe self.handle = handle
  }

  deinit {
    unsafe ct_tensor_release(handle)
  }
}

/// Throws the error that the shim recorded when `succeeded` is false.
func check(_ succeeded: Bool, operation: StaticString = #function) throws(TorchError) {
  guard succeeded else { throw TorchError.pending(in: operation) }
}
