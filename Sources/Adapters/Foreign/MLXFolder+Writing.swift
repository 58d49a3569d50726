public import Foundation
internal import Layers
public import Models
public import Torch

extension MLXFolder {
  /// Families that mlx-lm computes with layers of these names.
  private static let families: Set<String> = ["gpt2", "llama", "mistral", "qwen2", "qwen3"]

  /// Writes a LoRA adapter as mlx-lm stores it.
  ///
  /// - Parameters:
  ///   - stored: The adapter's tensors by PEFT's names.
  ///   - values: The keys of PEFT's `adapter_config.json`.
  ///   - family: The base's family.
  ///   - base: What the base is called; nil when it has no name.
  ///   - folder: Where; it is made if it is not there.
  /// - Throws: ``AdaptersError`` when mlx-lm has no form for the adapter: another method, ranks that
  ///   differ, trained biases or heads, a family that it does not have.
  public static func write(
    _ stored: [(name: String, tensor: Tensor)], configuration values: [String: JSONValue],
    of family: ModelFamily, base: String?, to folder: URL
  ) throws {
    let keys = AdapterConfiguration(values: values, path: "the adapter")
    guard families.contains(family.modelType) else {
      throw refusal("it has no adapters for the family \(family.modelType)")
    }
    let rank = try keys.integer("r") ?? 8
    let alpha = try keys.number("lora_alpha") ?? Double(rank)
    for key in ["rank_pattern", "alpha_pattern"] where !(try keys.object(key)).isEmpty {
      throw refusal("it has one rank and one factor for all layers, and \(key) gives others")
    }
    let isDecomposed = try keys.flag("use_dora") ?? false
    let isStabilized = try keys.flag("use_rslora") ?? false
    var tensors: [(name: String, tensor: Tensor)] = []
    for (name, tensor) in stored {
      guard let (module, part) = Self.parts(of: name) else {
        throw refusal("it has no place for \(name)")
      }
      let turned =
        tensor.shape.count == 2 ? try tensor.transposed(0, 1).contiguous() : tensor
      tensors.append(("\(Self.moduleName(module, family)).\(part.rawValue)", turned))
    }
    guard !tensors.isEmpty else { throw refusal("the adapter holds no low-rank matrices") }
    let modules = Set(tensors.compactMap { MLXName($0.name)?.module }).sorted()
    let scale = isStabilized ? alpha / Double(rank).squareRoot() : alpha / Double(rank)
    let settings: [String: JSONValue] = [
      "fine_tune_type": .string(isDecomposed ? "dora" : "lora"),
      "model": base.map { .string($0) } ?? .null,
      // Whole names in `keys` are found in any layer; no number of layers is then looked at.
      "num_layers": .integer(-1),
      "lora_parameters": .object([
        "rank": .integer(rank), "scale": .number(scale),
        "dropout": .number(try keys.number("lora_dropout") ?? 0), "keys": .strings(modules),
      ]),
    ]
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try AtomicText.write(
      JSONValue.object(settings).text() + "\n", to: folder.appending(path: "adapter_config.json"))
    try SafetensorsWriter.write(tensors, to: folder.appending(path: weightName))
  }

  private static func refusal(_ reason: String) -> AdaptersError {
    AdaptersError(
      .folder, "The adapter cannot be written as a folder of mlx-lm: \(reason). Save it as PEFT's.")
  }

  /// PEFT's name of a tensor, taken apart.
  private static func parts(of name: String) -> (module: String, part: MLXName.Part)? {
    let bare = name.hasPrefix("base_model.model.") ? String(name.dropFirst(17)) : name
    let endings: [(String, MLXName.Part)] = [
      (".lora_A.weight", .down), (".lora_B.weight", .up), (".lora_embedding_A", .down),
      (".lora_embedding_B", .up), (".lora_magnitude_vector", .length),
      (".lora_magnitude_vector.weight", .length),
    ]
    for (ending, part) in endings where bare.hasSuffix(ending) {
      return (String(bare.dropLast(ending.count)), part)
    }
    return nil
  }

  /// mlx-lm calls the bare model `model` whatever the family.
  private static func moduleName(_ name: String, _ family: ModelFamily) -> String {
    let prefix = family.encoderPrefix
    return !prefix.isEmpty && name.hasPrefix(prefix)
      ? "model." + name.dropFirst(prefix.count) : name
  }
}
