public import Foundation
public import Layers
internal import Models
internal import Torch

/// A folder of mlx-lm with low-rank adapters, seen as PEFT's.
///
/// mlx-lm holds the thin matrices as `[in, rank]` and `[rank, out]` under the names of its own
/// modules, and one factor for all, which is `alpha / rank` of LoRA.
public struct MLXFolder {
  /// The name of the file with the tensors.
  public static let weightName = "adapters.safetensors"

  /// `adapter_config.json`.
  public let configuration: AdapterConfiguration
  /// Columns of the thin matrices.
  public let rank: Int
  /// What their product is multiplied with.
  public let scale: Double
  /// Share of the input that they do not see while training.
  public let dropout: Double
  /// Whether the lengths of the weights' rows are trained by themselves.
  public let decomposesWeights: Bool
  /// The base, as the folder names it.
  public let base: String?
  /// The tensors as they are.
  public let weights: any WeightSource

  /// Opens a folder.
  ///
  /// - Throws: ``AdaptersError`` when it holds no low-rank adapter, `LayersError` when a file is not
  ///   sound.
  public init(_ folder: URL) throws {
    configuration = try AdapterConfiguration(folder: folder)
    let type = try configuration.text("fine_tune_type") ?? "lora"
    guard ["lora", "dora"].contains(type) else {
      throw AdaptersError(
        .folder,
        "\(configuration.path): fine_tune_type is \"\(type)\"; only lora and dora are adapters that "
          + "can be read.")
    }
    decomposesWeights = type == "dora"
    let parameters = AdapterConfiguration(
      values: try configuration.object("lora_parameters"),
      path: "\(configuration.path): lora_parameters")
    guard let rank = try parameters.integer("rank"), rank >= 1 else {
      throw parameters.wrong("rank", "a whole number of at least 1")
    }
    self.rank = rank
    scale = try parameters.number("scale") ?? 20
    dropout = try parameters.number("dropout") ?? 0
    base = try configuration.text("model")
    guard let found = try AdapterHubFolder.open([Self.weightName], in: folder) else {
      throw AdaptersError(
        .folder,
        "\(folder.path(percentEncoded: false)) holds no weights of an adapter: "
          + "\(Self.weightName) is needed.")
    }
    weights = found
    let others = found.names.filter { MLXName($0) == nil }
    guard others.isEmpty else {
      throw AdaptersError(
        .folder,
        "\(found.origin) holds tensors that belong to no low-rank adapter: \(shortList(others)).")
    }
  }

  /// The modules that are changed, as mlx-lm names them.
  public var modules: [String] {
    Set(weights.names.compactMap { MLXName($0)?.module }).sorted()
  }

  /// The folder's settings as PEFT's `adapter_config.json` has them.
  ///
  /// - Parameter names: Names of the model's modules; nil to keep those of mlx-lm.
  /// - Returns: PEFT's keys and values.
  public func peftConfiguration(for names: [String]? = nil) -> AdapterConfiguration {
    let found = MLXModules(names)
    return AdapterConfiguration(
      values: [
        "peft_type": .string("LORA"), "task_type": .string("CAUSAL_LM"),
        "base_model_name_or_path": base.map { .string($0) } ?? .null,
        "inference_mode": .bool(true),
        "r": .integer(rank), "lora_alpha": JSONValue.whole(scale * Double(rank)),
        "lora_dropout": .number(dropout), "bias": .string("none"),
        "use_dora": .bool(decomposesWeights), "use_rslora": .bool(false),
        "fan_in_fan_out": .bool(false),
        "target_modules": .strings(modules.map { found[$0] }),
      ], path: configuration.path)
  }

  /// The folder's tensors by PEFT's names and in PEFT's shapes.
  ///
  /// - Parameter names: Names of the model's modules; nil to keep those of mlx-lm.
  /// - Returns: A source of `lora_A` `[rank, in]` and `lora_B` `[out, rank]`.
  public func peftWeights(for names: [String]? = nil) -> any WeightSource {
    let found = MLXModules(names)
    return TransposedMatrices(
      RenamedWeights(weights) { name in
        MLXName(name).map { "base_model.model.\(found[$0.module]).\($0.part.peft)" }
      })
  }
}

/// The name of a tensor in a folder of mlx-lm.
struct MLXName {
  enum Part: String, CaseIterable {
    case down = "lora_a"
    case up = "lora_b"
    case length = "m"

    var peft: String {
      switch self {
      case .down: "lora_A.weight"
      case .up: "lora_B.weight"
      case .length: "lora_magnitude_vector"
      }
    }
  }

  let module: String
  let part: Part

  init?(_ name: String) {
    guard let dot = name.lastIndex(of: "."),
      let part = Part(rawValue: String(name[name.index(after: dot)...]))
    else { return nil }
    module = String(name[..<dot])
    self.part = part
  }
}

/// mlx-lm's names of modules to those of a model here: the first part may be another, `model.h.0`
/// for `transformer.h.0`.
struct MLXModules {
  private let byEnding: [String: String]

  init(_ names: [String]?) {
    var byEnding: [String: String] = [:]
    for name in names ?? [] {
      byEnding[name] = name
      if let dot = name.firstIndex(of: ".") {
        let ending = String(name[name.index(after: dot)...])
        if byEnding[ending] == nil { byEnding[ending] = name }
      }
    }
    self.byEnding = byEnding
  }

  subscript(_ name: String) -> String {
    if let same = byEnding[name] { return same }
    guard let dot = name.firstIndex(of: ".") else { return name }
    return byEnding[String(name[name.index(after: dot)...])] ?? name
  }
}

/// A source whose matrices are seen the other way round.
private final class TransposedMatrices: WeightSource {
  private let base: any WeightSource

  init(_ base: any WeightSource) { self.base = base }

  var names: [String] { base.names }
  var origin: String { base.origin }
  func shape(of name: String) -> [Int]? { base.shape(of: name).map { $0.reversed() } }
  func dataType(of name: String) -> DataType? { base.dataType(of: name) }

  func tensor(_ name: String) throws -> Tensor {
    let tensor = try base.tensor(name)
    return tensor.shape.count == 2 ? try tensor.transposed(0, 1).contiguous() : tensor
  }
}
