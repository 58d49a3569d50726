public import Foundation
public import Layers
public import Torch

/// The tensors of an adapter's folder, together with its configuration.
public final class AdapterWeights: WeightSource {
  /// Names of the files that are looked for, in this order, as PEFT does.
  public static let fileNames = ["adapter_model.safetensors", "adapter_model.bin"]

  /// The folder's configuration.
  public let configuration: AdapterConfiguration
  private let base: any WeightSource

  /// Opens a folder.
  ///
  /// - Throws: ``AdaptersError`` when there are no weights, `LayersError` when they are not sound.
  public init(folder: URL, configuration: AdapterConfiguration) throws {
    self.configuration = configuration
    for name in Self.fileNames {
      let file = folder.appending(path: name)
      guard FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) else {
        continue
      }
      base = try Checkpoint.open(file: file)
      return
    }
    throw AdaptersError(
      .folder,
      "\(folder.path(percentEncoded: false)) holds no weights of an adapter: one of "
        + "\(Self.fileNames.joined(separator: " and ")) is needed.")
  }

  /// Joins tensors that were opened elsewhere and a configuration.
  init(configuration: AdapterConfiguration, _ base: any WeightSource) {
    self.configuration = configuration
    self.base = base
  }

  /// Every name, sorted.
  public var names: [String] { base.names }
  /// The path of the file.
  public var origin: String { base.origin }
  /// The shape under a name; nil when the name is not there.
  public func shape(of name: String) -> [Int]? { base.shape(of: name) }
  /// The element type under a name; nil when the name is not there.
  public func dataType(of name: String) -> DataType? { base.dataType(of: name) }
  /// The tensor under a name.
  public func tensor(_ name: String) throws -> Tensor { try base.tensor(name) }
}
