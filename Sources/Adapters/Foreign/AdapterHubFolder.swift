public import Foundation
public import Layers
public import Models
internal import Torch

/// A folder of the `adapters` library (AdapterHub) with a bottleneck adapter, and the head that was
/// trained with it.
///
/// Pfeiffer et al., "AdapterHub: A Framework for Adapting Transformers", 2020.
public struct AdapterHubFolder {
  /// Names of the adapter's file, in the order in which they are looked for.
  public static let weightNames = ["adapter.safetensors", "pytorch_adapter.bin"]
  /// Names of the head's file, likewise.
  public static let headNames = ["model_head.safetensors", "pytorch_model_head.bin"]

  /// `adapter_config.json`.
  public let configuration: AdapterConfiguration
  /// The adapter's options.
  public let settings: BottleneckSettings
  /// What the adapter is called.
  public let name: String
  /// The family of its base.
  public let modelType: String?
  /// The width of its base's stream.
  public let hiddenSize: Int?
  /// The adapter's tensors.
  public let weights: any WeightSource
  /// The head's tensors; nil where none was saved.
  public let head: (any WeightSource)?

  /// Opens a folder.
  ///
  /// - Throws: ``AdaptersError`` when it holds no bottleneck adapter, `LayersError` when a file is not
  ///   sound.
  public init(_ folder: URL) throws {
    configuration = try AdapterConfiguration(folder: folder)
    settings = try BottleneckSettings(configuration)
    name = try configuration.text("name") ?? "default"
    modelType = try configuration.text("model_type")
    hiddenSize = try configuration.integer("hidden_size")
    guard let found = try Self.open(Self.weightNames, in: folder) else {
      throw AdaptersError(
        .folder,
        "\(folder.path(percentEncoded: false)) holds no weights of an adapter: one of "
          + "\(Self.weightNames.joined(separator: " and ")) is needed.")
    }
    weights = found
    head = try Self.open(Self.headNames, in: folder)
    if modelType == "albert", settings.afterAttention {
      throw AdaptersError(
        .folder,
        "\(configuration.path): the adapters library adds an ALBERT's attention in another order when "
          + "an adapter follows it (mh_adapter). Only adapters without are read.")
    }
  }

  static func open(_ names: [String], in folder: URL) throws -> (any WeightSource)? {
    for name in names {
      let file = folder.appending(path: name)
      if FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) {
        return try Checkpoint.open(file: file)
      }
    }
    return nil
  }

  /// Refuses a base that the adapter was not made for.
  ///
  /// - Throws: ``AdaptersError``.
  public func require(_ family: ModelFamily, width: Int) throws {
    if let modelType, modelType != family.modelType {
      throw AdaptersError(
        .folder,
        "\(configuration.path): the adapter belongs to a base of the family \(modelType), and this is "
          + "one of the family \(family.modelType).")
    }
    if let hiddenSize, hiddenSize != width {
      throw AdaptersError(
        .folder,
        "\(configuration.path): the adapter belongs to a base of the width \(hiddenSize), and this one "
          + "is \(width) wide.")
    }
  }

  /// Writes an adapter as the library stores it; it is loaded there with `use_safetensors=True`.
  ///
  /// - Parameters:
  ///   - method: The adapter at work.
  ///   - name: What it is to be called.
  ///   - head: The parameters that are trained with it.
  ///   - folder: Where; it is made if it is not there.
  /// - Throws: ``AdaptersError`` when the library has no such adapters for the family.
  public static func write(
    _ method: BottleneckAdapters, as name: String, head: [Parameter] = [], to folder: URL
  ) throws {
    let family = method.scope.family.modelType
    guard BottleneckNames.families.contains(family),
      family != "albert" || !method.settings.afterAttention
    else {
      throw AdaptersError(
        .folder,
        "The adapters library has no such adapters for the family \(family): the folder cannot be "
          + "written in its form.")
    }
    guard !name.isEmpty, !name.contains(where: { ".,/".contains($0) }) else {
      throw AdaptersError(
        .setting, "An adapter cannot be called \"\(name)\": no dot, comma or slash may be in it.")
    }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var values = method.configuration(as: name)
    try write(values, "adapter_config.json", to: folder)
    try SafetensorsWriter.write(
      method.stored(as: name), to: folder.appending(path: weightNames[0]))
    guard !head.isEmpty else { return }
    values["config"] = .null
    values["name"] = .null
    values["label2id"] = method.scope.configuration.values["label2id"] ?? .null
    if case .object(let labels)? = values["label2id"] {
      values["num_labels"] = .integer(labels.count)
    }
    try write(values, "head_config.json", to: folder)
    try SafetensorsWriter.write(
      head.map { ($0.name, try $0.master.detached()) },
      to: folder.appending(path: headNames[0]))
  }

  private static func write(
    _ values: [String: JSONValue], _ name: String, to folder: URL
  ) throws {
    try AtomicText.write(JSONValue.object(values).text() + "\n", to: folder.appending(path: name))
  }
}
