internal import CTorch
public import Foundation

/// A failure that libtorch reported, or a request that the engine refuses.
public struct TorchError: Error, Sendable, CustomStringConvertible, LocalizedError {
  /// What kind of failure it was.
  public enum Code: Sendable, Hashable {
    /// An operation was refused: shapes, dtypes or values that do not fit.
    case operation
    /// There was not enough memory on the device.
    case outOfMemory
    /// A device was asked for that this machine or this libtorch does not have.
    case device
    /// A file of weights could not be read or written.
    case file
  }

  /// What kind of failure it was.
  public let code: Code
  /// A sentence: what is wrong, where, and what to do.
  public let description: String

  /// The description.
  public var errorDescription: String? { description }

  /// Makes an error from a code and a sentence.
  public init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }

  /// The failure that the shim recorded on this thread.
  static func pending(in operation: StaticString) -> TorchError {
    let message = unsafe String(cString: ct_last_error())
    if ct_last_error_is_out_of_memory() != 0 {
      return TorchError(.outOfMemory, "\(operation): not enough memory. \(message)")
    }
    return TorchError(.operation, "\(operation): \(message)")
  }
}
