public import Foundation
public import Layers
public import Models

/// A folder with an adapter in it, as PEFT, the adapters library or mlx-lm write them: what it is,
/// before any model is at hand.
public struct AdapterFolder {
  /// Where it lies.
  public let url: URL
  /// Its `adapter_config.json`.
  public let configuration: AdapterConfiguration
  /// Its method with settings.
  public let method: TuningMethod
  /// PEFT's name of the method, or another library's.
  public let kind: String

  /// Whether a folder holds an adapter, by its files.
  public static func isAdapter(_ folder: URL) -> Bool {
    FileManager.default.fileExists(
      atPath: folder.appending(path: "adapter_config.json").path(percentEncoded: false))
  }

  /// Reads a folder without its weights.
  ///
  /// - Throws: ``AdaptersError`` when it is no adapter's folder, of a kind that is not known, or asks
  ///   for something that is not supported.
  public init(_ url: URL) throws {
    self.url = url
    configuration =
      try Self.translated(url)?.configuration ?? AdapterConfiguration(folder: url)
    kind = try configuration.peftType()
    guard let reader = Self.readers[kind] else {
      let known = Self.readers.keys.sorted().joined(separator: ", ")
      let told = kind.isEmpty ? "names no peft_type" : "is of the kind \"\(kind)\""
      throw AdaptersError(
        .folder, "\(configuration.path) \(told), which is not known here. Known are: \(known).")
    }
    method = try reader(configuration)
    try method.settings?.validate()
  }

  /// The name or path of the base that the adapter was trained on; nil where the file does not say.
  public var baseName: String? { try? configuration.text("base_model_name_or_path") }

  /// The adapter's tensors.
  ///
  /// - Parameter modules: Names of the model's modules, which some libraries call otherwise; nil to
  ///   keep theirs.
  /// - Returns: The tensors by our names.
  /// - Throws: ``AdaptersError`` or `LayersError`.
  public func weights(for modules: [String]? = nil) throws -> AdapterWeights {
    try Self.translated(url, for: modules)
      ?? AdapterWeights(folder: url, configuration: configuration)
  }

  /// The method with the names of a model's modules.
  func method(for modules: [String]) throws -> TuningMethod {
    guard let translated = try Self.translated(url, for: modules), let reader = Self.readers[kind]
    else { return method }
    return try reader(translated.configuration)
  }

  /// Attaches the folder's method to a model, with the folder's weights.
  ///
  /// - Parameters:
  ///   - store: The model's parameters.
  ///   - family: The model's family.
  ///   - configuration: The model's configuration.
  ///   - options: What is known besides.
  /// - Returns: The method at work, and how names met.
  /// - Throws: ``AdaptersError`` when the adapter does not belong to the model, which is then as it
  ///   was.
  public func attach(
    to store: ParameterStore, of family: ModelFamily, configuration: ConfigurationFile,
    options: Tuning.Options = Tuning.Options()
  ) throws -> (tuning: Tuning, report: AdapterLoadReport) {
    var options = options
    options.taskType = try self.configuration.text("task_type") ?? options.taskType
    let modules = store.modules.linears.map(\.name) + store.modules.embeddings.map(\.name)
    let tuning = try Tuning.attach(
      method(for: modules), to: store, of: family, configuration: configuration, options: options,
      namePrefix: "", isStrict: false)
    do {
      return (tuning, try tuning.load(weights(for: modules)))
    } catch {
      tuning.detach()
      throw error
    }
  }
}
