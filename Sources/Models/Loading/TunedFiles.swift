public import Foundation
public import Layers

/// Where the parts of a tuned model lie: in one folder, or in those of an adapter and its base.
public struct TunedFiles {
  /// The configuration, with labels and the size of the vocabulary as they were tuned.
  public let configuration: ConfigurationFile
  /// The folder of the weights: the tuned model's own, or the base's.
  public let weights: URL
  /// The names of an adapter's tensors, in whatever spelling its file has; nil without an adapter.
  ///
  /// Heads and tables among them are put into the model once it is made, by whoever attaches the
  /// adapter; until then they are initialised.
  public let adapterNames: [String]?

  /// The parts of a folder that holds a whole model.
  ///
  /// - Throws: ``ModelsError`` when it has no configuration.
  public init(folder: URL) throws {
    configuration = try ConfigurationFile(folder: folder)
    weights = folder
    adapterNames = nil
  }

  /// The parts of a model that an adapter completes.
  ///
  /// - Parameters:
  ///   - configuration: The configuration of the tuned model.
  ///   - base: The folder of the base's weights.
  ///   - adapterNames: The names of the adapter's tensors.
  public init(_ configuration: ConfigurationFile, base: URL, adapterNames: [String]) {
    self.configuration = configuration
    weights = base
    self.adapterNames = adapterNames
  }

  /// The weights, opened.
  ///
  /// - Throws: `LayersError` when they cannot be read.
  public func checkpoint() throws -> any WeightSource { try Checkpoint.open(folder: weights) }

  /// Whether the weights, or the adapter, hold a parameter.
  ///
  /// - Throws: `LayersError` when the weights cannot be read.
  public func holds(_ name: String) throws -> Bool {
    try brings(name) || checkpoint().contains(name)
  }

  /// Whether the adapter holds a parameter: its file puts prefixes before the names.
  private func brings(_ name: String) -> Bool {
    adapterNames?.contains { $0 == name || $0.hasSuffix(".\(name)") } ?? false
  }

  /// The rows by which the tuned model's tables are longer than its base's: those of added tokens.
  func growth() throws -> RowGrowth? {
    guard adapterNames != nil else { return nil }
    let base = try ConfigurationFile(folder: weights)
    guard case .integer(let stored) = base.values["vocab_size"],
      case .integer(let wanted) = configuration.values["vocab_size"], wanted > stored
    else { return nil }
    return RowGrowth(from: stored, to: wanted)
  }

  /// Refuses a model of which a part is neither in the weights nor in the adapter.
  func require(_ report: LoadReport) throws {
    let brought = (report.missing + report.reshaped.map(\.name)).filter(brings)
    try report.require(allBut: brought)
  }
}
