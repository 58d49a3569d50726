public import Foundation
internal import Layers
public import Models
public import Torch

extension Tuning {
  /// The version of PEFT whose folders are written.
  public static let peftVersion = "0.21.2"

  /// The tensors of the adapter's file: the method's, and those of modules that are trained whole.
  ///
  /// - Throws: `TorchError`.
  public func stored() throws -> [(name: String, tensor: Tensor)] {
    try attached.stored()
      + wholeParameters.map { name, parameter in
        (name, try scope.family.stored(parameter.master, name: parameter.name))
      }
  }

  /// The keys of `adapter_config.json`.
  public func configuration() throws -> [String: JSONValue] {
    var values = try attached.configuration()
    values["peft_type"] = .string(attached.kind)
    values["task_type"] = options.taskType.map { .string($0) } ?? .null
    values["base_model_name_or_path"] = options.baseName.map { .string($0) } ?? .null
    values["peft_version"] = .string(Self.peftVersion)
    values["inference_mode"] = .bool(true)
    values["auto_mapping"] = .null
    values["revision"] = .null
    values["modules_to_save"] = savedModules.isEmpty ? .null : .strings(savedModules)
    return values
  }

  /// Writes `adapter_config.json` and `adapter_model.safetensors`, which PEFT loads; each file
  /// appears whole or not at all.
  ///
  /// - Throws: ``AdaptersError`` or `LayersError` when the folder cannot be written.
  public func save(to folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch let error as CocoaError {
      throw AdaptersError(
        .access,
        "The folder \(folder.path(percentEncoded: false)) could not be made: "
          + "\(error.localizedDescription)")
    }
    try SafetensorsWriter.write(
      stored(), to: folder.appending(path: AdapterWeights.fileNames[0]))
    let file = try AtomicFile(folder.appending(path: "adapter_config.json"))
    try file.write(JSONValue.object(configuration()).text() + "\n")
    try file.commit()
  }

  /// Puts back what ``save(to:)``, or PEFT, wrote.
  ///
  /// - Returns: How names met.
  /// - Throws: ``AdaptersError`` when the folder is of another kind or base, or one of the method's
  ///   tensors is missing.
  @discardableResult
  public func load(from folder: URL) throws -> AdapterLoadReport {
    let configuration = try AdapterConfiguration(folder: folder)
    let kind = try configuration.peftType()
    guard kind == attached.kind else {
      throw AdaptersError(
        .folder,
        "\(configuration.path) is of the kind \(kind); the model has \(attached.kind) attached.")
    }
    return try load(AdapterWeights(folder: folder, configuration: configuration))
  }

  /// Puts tensors of an opened folder into the method and into the modules that are trained whole.
  func load(_ weights: AdapterWeights) throws -> AdapterLoadReport {
    let whole = wholeParameters
    let wanted = try attached.names(in: weights)
    var report = try AdapterNames.report(
      wanted, optional: whole.map(\.name), in: weights, of: attached.kind)
    try attached.load(weights)
    for (name, parameter) in whole where weights.contains(name) {
      try Self.load(name, into: parameter, from: weights, scope)
    }
    report.notes += Self.notes(weights.configuration, options)
    return report
  }

  private static func load(
    _ name: String, into parameter: Parameter, from weights: AdapterWeights,
    _ scope: AttachmentScope
  ) throws {
    let tensor = try weights.tensor(name)
    let isTransposed = scope.family.isStoredTransposed(parameter.name)
    let seen = isTransposed ? try tensor.transposed(0, 1) : tensor
    guard seen.shape == parameter.shape else {
      throw AdaptersError.otherShape(name, tensor.shape, parameter.shape, weights.origin)
    }
    try parameter.assign(seen)
  }

  static func notes(_ configuration: AdapterConfiguration, _ options: Options) -> [String] {
    var notes: [String] = []
    if case .string(let base)? = configuration.values["base_model_name_or_path"],
      let own = options.baseName, last(base) != last(own)
    {
      notes.append(
        "The adapter was trained on \"\(base)\"; this is \"\(own)\". It fits by names and shapes, "
          + "and means something only if the weights are the same.")
    }
    let unknown = configuration.unknownKeys
    if !unknown.isEmpty {
      notes.append("Not known and not used in \(configuration.path): \(shortList(unknown)).")
    }
    return notes
  }

  private static func last(_ path: String) -> Substring? { path.split(separator: "/").last }
}
