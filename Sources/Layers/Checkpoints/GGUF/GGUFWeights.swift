public import Torch

/// A GGUF file seen as a checkpoint of Hugging Face's: its names, and its layout of tensors.
///
/// llama.cpp turns neighbouring elements of a head, Hugging Face the two halves: rows of Llama's
/// queries and keys are put back in that order. GPT-2's matrices are stored the other way round
/// there.
public final class GGUFWeights: WeightSource {
  /// The file.
  public let file: GGUFFile
  /// Every name, sorted.
  public let names: [String]

  private let architecture: String
  private let nameInFile: [String: String]
  private let heads: Int
  private let keyHeads: Int

  /// Looks at a file through the names of its architecture.
  ///
  /// - Throws: ``LayersError`` when the architecture is not known.
  public init(_ file: GGUFFile) throws {
    guard let architecture = file.architecture, let names = GGUFNames(architecture: architecture)
    else {
      throw LayersError(
        .file,
        "\(file.origin): the architecture \"\(file.architecture ?? "")\" of a GGUF file is not "
          + "supported. Supported are: gpt2, llama, qwen2, qwen3.")
    }
    self.file = file
    self.architecture = architecture
    heads = file.metadata["\(architecture).attention.head_count"]?.integer ?? 0
    keyHeads = file.metadata["\(architecture).attention.head_count_kv"]?.integer ?? heads
    // A name that is not known stays as it is, and is told as one that is not used.
    var nameInFile: [String: String] = [:]
    for name in file.names where !Self.isDerived(name) {
      nameInFile[names.translated(name) ?? name] = name
    }
    self.nameInFile = nameInFile
    self.names = nameInFile.keys.sorted()
  }

  /// The angles' factors, which the configuration holds in its own way.
  private static func isDerived(_ name: String) -> Bool { name == "rope_freqs.weight" }

  /// The path of the file.
  public var origin: String { file.origin }

  /// The shape under a name; nil when the name is not there.
  public func shape(of name: String) -> [Int]? {
    guard let stored = nameInFile[name], let shape = file.shape(of: stored) else { return nil }
    return isTransposed(name) ? shape.reversed() : shape
  }

  /// The element type under a name; nil when the name is not there.
  public func dataType(of name: String) -> DataType? {
    nameInFile[name].flatMap(file.dataType(of:))
  }

  /// The tensor under a name, in Hugging Face's layout.
  ///
  /// - Throws: ``LayersError`` when the name is not there, or rows do not make up the heads.
  public func tensor(_ name: String) throws -> Tensor {
    guard let stored = nameInFile[name] else { throw missing(name) }
    let tensor = try file.tensor(stored)
    if isTransposed(name) { return try tensor.transposed(0, 1).contiguous() }
    guard architecture == "llama" else { return tensor }
    if name.contains(".self_attn.q_proj.") { return try inHalves(tensor, heads, name) }
    if name.contains(".self_attn.k_proj.") { return try inHalves(tensor, keyHeads, name) }
    return tensor
  }

  private func isTransposed(_ name: String) -> Bool {
    architecture == "gpt2" && name.hasSuffix(".weight")
      && [".c_attn.", ".c_proj.", ".c_fc."].contains { name.contains($0) }
  }

  /// Rows of heads whose pairs are neighbours, in the order that has pairs in two halves.
  private func inHalves(_ tensor: Tensor, _ heads: Int, _ name: String) throws -> Tensor {
    let shape = tensor.shape
    guard let rows = shape.first, heads > 0, rows.isMultiple(of: 2 * heads) else {
      throw LayersError(
        .weights,
        "\(origin): '\(name)' has the shape \(shape), which \(heads) heads do not share.")
    }
    let pairs = rows / (2 * heads)
    let rest = Array(shape.dropFirst())
    return try tensor.reshaped([heads, pairs, 2] + rest).transposed(1, 2).contiguous()
      .reshaped(shape)
  }
}
