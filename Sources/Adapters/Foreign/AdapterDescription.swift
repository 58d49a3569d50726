public import Foundation
public import Layers
internal import Models
internal import Torch

/// What a folder with an adapter is, whoever wrote it: its kind, what it holds, and how it fits a
/// model.
public struct AdapterDescription {
  /// Whose form a folder has.
  public enum Kind: String, Sendable, CaseIterable {
    /// PEFT's, which is ours too.
    case peft = "PEFT"
    /// The adapters library's.
    case adapterHub = "AdapterHub"
    /// mlx-lm's.
    case mlx = "MLX"
    /// None that is known.
    case unknown
  }

  /// Whose form it has.
  public let kind: Kind
  /// Where it lies.
  public let url: URL
  /// `adapter_config.json`.
  public let configuration: AdapterConfiguration
  /// The tensors as they are stored.
  public let weights: any WeightSource
  /// PEFT's word for the method, or another library's: "LORA", "BOTTLENECK".
  public let method: String
  /// Columns of thin matrices; nil for methods without.
  public let rank: Int?
  /// What the adapter changes, as the folder names it.
  public let targets: [String]
  /// The base, as the folder names it.
  public let base: String?

  /// Opens a folder.
  ///
  /// - Throws: ``AdaptersError`` when it is no adapter's, of a kind that is not known, or lacks its
  ///   weights; `LayersError` when a file is not sound.
  public init(_ folder: URL) throws {
    url = folder
    kind = AdapterFolder.kind(of: folder)
    configuration = try AdapterConfiguration(folder: folder)
    switch kind {
    case .unknown:
      throw AdaptersError(
        .folder,
        "\(configuration.path) is of no kind that is known: it has neither peft_type, as PEFT's have, "
          + "nor config and name, as AdapterHub's, nor lora_parameters, as mlx-lm's.")
    case .mlx:
      let mlx = try MLXFolder(folder)
      weights = mlx.weights
      method = "LORA"
      rank = mlx.rank
      targets = mlx.modules
      base = mlx.base
    case .adapterHub:
      let hub = try AdapterHubFolder(folder)
      weights = hub.weights
      method = "BOTTLENECK"
      rank = nil
      targets = hub.settings.places
      base = try configuration.text("model_name")
    case .peft:
      weights = try AdapterWeights(folder: folder, configuration: configuration)
      method = try configuration.peftType()
      rank = try configuration.integer("r")
      targets = try configuration.texts("target_modules") ?? []
      base = try configuration.text("base_model_name_or_path")
    }
  }

  /// Numbers in all tensors together.
  public var parameterCount: Int {
    weights.names.reduce(0) { $0 + (weights.shape(of: $1) ?? []).reduce(1, *) }
  }

  /// Bytes of all tensors together.
  public var byteCount: Int {
    weights.names.reduce(0) { sum, name in
      let count = (weights.shape(of: name) ?? []).reduce(1, *)
      return sum + count * (weights.dataType(of: name)?.size ?? 0)
    }
  }

  /// What the folder is, a line for each thing that is known.
  public var lines: [(title: String, text: String)] {
    var lines = [("kind", kind.rawValue), ("method", method)]
    if let rank { lines.append(("rank", "\(rank)")) }
    if let count = try? configuration.integer("num_virtual_tokens") {
      lines.append(("virtual tokens", "\(count)"))
    }
    if !targets.isEmpty { lines.append(("targets", shortList(targets))) }
    if let base { lines.append(("base", base)) }
    let tensors = weights.names.count
    lines.append(
      ("size", "\(parameterCount) parameters in \(tensors) tensors, \(byteCount) bytes"))
    return lines
  }
}

extension BottleneckSettings {
  /// The places of a layer that adapters follow, by the library's keys.
  fileprivate var places: [String] {
    let places = [
      ("mh_adapter", afterAttention), ("cross_adapter", afterCrossAttention),
      ("output_adapter", afterFeedForward),
    ]
    return places.filter(\.1).map(\.0)
  }
}
