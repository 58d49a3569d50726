public import Torch

/// Named tensors of a checkpoint, read when asked for.
public protocol WeightSource: AnyObject {
  /// Every name, sorted.
  var names: [String] { get }

  /// The shape under a name; nil when the name is not there.
  func shape(of name: String) -> [Int]?

  /// The element type under a name; nil when the name is not there.
  func dataType(of name: String) -> DataType?

  /// The tensor under a name, on the CPU.
  ///
  /// Formats that can be mapped into memory share the file's pages: nothing is read before it is
  /// looked at. The pages are private, so writing in place changes the tensor and never the file.
  ///
  /// - Throws: ``LayersError`` of code `weights` when the name is not there.
  func tensor(_ name: String) throws -> Tensor

  /// The path of the file or folder, for messages.
  var origin: String { get }
}

extension WeightSource {
  /// Whether a name is there.
  public func contains(_ name: String) -> Bool { shape(of: name) != nil }

  func missing(_ name: String) -> LayersError {
    LayersError(.weights, "\(origin) holds no tensor named '\(name)'.")
  }
}
