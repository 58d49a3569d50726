public import Foundation
internal import Layers
internal import Models

extension AdapterFolder {
  /// Whose form a folder has, told by its files and the keys of `adapter_config.json`.
  public static func kind(of folder: URL) -> AdapterDescription.Kind {
    guard let configuration = try? AdapterConfiguration(folder: folder) else { return .unknown }
    let values = configuration.values
    func holds(_ names: [String]) -> Bool {
      names.contains {
        FileManager.default.fileExists(
          atPath: folder.appending(path: $0).path(percentEncoded: false))
      }
    }
    if values["lora_parameters"] != nil || values["fine_tune_type"] != nil { return .mlx }
    if holds([MLXFolder.weightName]), values["peft_type"] == nil { return .mlx }
    if values["config"] != nil, values["name"] != nil,
      values["peft_type"] == nil || holds(AdapterHubFolder.weightNames)
    {
      return .adapterHub
    }
    return values["peft_type"] != nil ? .peft : .unknown
  }

  /// The configuration and the tensors of another library's folder as ours would have them; nil for
  /// a folder in our own form.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - modules: Names of the model's modules, which mlx-lm calls otherwise; nil to keep its names.
  /// - Returns: Tensors by our names, with the configuration.
  /// - Throws: ``AdaptersError`` or `LayersError`.
  static func translated(_ folder: URL, for modules: [String]? = nil) throws -> AdapterWeights? {
    switch kind(of: folder) {
    case .peft, .unknown: return nil
    case .mlx:
      let mlx = try MLXFolder(folder)
      return AdapterWeights(
        configuration: mlx.peftConfiguration(for: modules), mlx.peftWeights(for: modules))
    case .adapterHub:
      let hub = try AdapterHubFolder(folder)
      var values = hub.configuration.values
      values["peft_type"] = .string("BOTTLENECK")
      let heads = hub.head.map { RenamedWeights($0) { "base_model.model." + $0 } }
      return AdapterWeights(
        configuration: AdapterConfiguration(values: values, path: hub.configuration.path),
        JoinedWeights([hub.weights] + (heads.map { [$0] } ?? [])))
    }
  }
}
