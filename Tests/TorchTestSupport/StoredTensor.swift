public import Foundation
public import Torch

/// A tensor as tests exchange it with Python: element type, shape, and the elements' bytes.
public struct StoredTensor: Codable, Sendable, Equatable {
  /// The element type's name, which is PyTorch's too.
  public let type: String
  /// The size of each dimension.
  public let shape: [Int]
  /// The elements in row-major order; base64 in JSON.
  public let bytes: Data

  /// Copies a tensor's elements.
  public init(_ tensor: Tensor) throws {
    type = tensor.dataType.rawValue
    shape = tensor.shape
    bytes = unsafe try tensor.withBytes { unsafe Data($0) }
  }

  /// A new tensor of these elements.
  public func tensor() throws -> Tensor {
    guard let type = DataType(rawValue: type) else {
      throw TorchError(.operation, "Torch has no element type \(type).")
    }
    return unsafe try bytes.withUnsafeBytes { unsafe try Tensor.copying($0, shape: shape, type) }
  }
}
