internal import Layers
internal import Torch

extension AdapterDescription {
  /// How a folder's tensors meet a model.
  public struct Fit: Sendable, Equatable {
    /// Names in the folder whose modules the model has, in fitting shapes.
    public var matched: [String] = []
    /// Names that the folder should hold and does not: the other half of a pair of matrices.
    public var missing: [String] = []
    /// Names in the folder whose modules the model has not.
    public var leftOver: [String] = []
    /// Names whose shapes do not fit the model's, with a sentence each.
    public var reshaped: [String] = []

    /// Whether all of the folder fits.
    public var isWhole: Bool { missing.isEmpty && leftOver.isEmpty && reshaped.isEmpty }

    /// Sentences for the screen.
    public var notes: [String] {
      var notes = ["\(matched.count) tensors fit the base."]
      if !reshaped.isEmpty { notes.append("Of another shape: \(shortList(reshaped)).") }
      if !missing.isEmpty { notes.append("Missing: \(shortList(missing)).") }
      if !leftOver.isEmpty { notes.append("The base has no place for: \(shortList(leftOver)).") }
      return notes
    }
  }

  /// How the folder's tensors meet a model's.
  ///
  /// - Parameter shapes: Names and shapes of the model's parameters, as in its checkpoint; of
  ///   matrices `[out, in]`.
  /// - Returns: What fits, what is missing, what is left over.
  public func fit(_ shapes: [String: [Int]]) -> Fit {
    switch kind {
    case .adapterHub: fitBottleneck(shapes)
    case .peft, .mlx, .unknown: fitNamed(shapes)
    }
  }

  /// Of tensors that are named after the modules that they change.
  private func fitNamed(_ shapes: [String: [Int]]) -> Fit {
    let matrices = shapes.keys.filter { $0.hasSuffix(".weight") }
    let modules = MLXModules(matrices.map { String($0.dropLast(7)) })
    let source = kind == .mlx ? (try? MLXFolder(url))?.peftWeights() ?? weights : weights
    var fit = Fit()
    for name in source.names {
      guard let shape = source.shape(of: name) else { continue }
      if name == "prompt_embeddings" {
        fit.matched.append(name)
        continue
      }
      guard let part = LowRankName(name) else {
        fitWhole(name, shape, shapes, &fit)
        continue
      }
      guard let weight = shapes[modules[part.module] + ".weight"], weight.count == 2 else {
        fit.leftOver.append(name)
        continue
      }
      if let wanted = part.misfit(shape, weight: weight) {
        fit.reshaped.append("\(name) is \(shape), and must be \(wanted)")
      } else {
        fit.matched.append(name)
      }
      if let other = part.other, source.shape(of: other) == nil { fit.missing.append(other) }
    }
    return fit
  }

  /// Of a parameter that is stored whole, such as a head's.
  private func fitWhole(
    _ name: String, _ shape: [Int], _ shapes: [String: [Int]], _ fit: inout Fit
  ) {
    let candidates = ["base_model.model.", "base_model.", ""].filter(name.hasPrefix).map {
      String(name.dropFirst($0.count)).replacing(".base_layer.", with: ".")
    }
    guard let own = candidates.first(where: { shapes[$0] != nil }), let wanted = shapes[own] else {
      fit.leftOver.append(name)
      return
    }
    if wanted == shape {
      fit.matched.append(name)
    } else {
      fit.reshaped.append("\(name) is \(shape), and the base has \(wanted)")
    }
  }

  /// Of bottleneck adapters, which stand beside the modules of their layers.
  private func fitBottleneck(_ shapes: [String: [Int]]) -> Fit {
    let layers = Set(shapes.keys.compactMap(Self.layer))
    let width = (try? configuration.integer("hidden_size")) ?? nil
    var fit = Fit()
    for name in weights.names {
      guard let layer = Self.layer(name), layers.contains(layer) else {
        fit.leftOver.append(name)
        continue
      }
      let shape = weights.shape(of: name) ?? []
      if let width, name.hasSuffix("adapter_up.bias"), shape != [width] {
        fit.reshaped.append("\(name) is \(shape), and must be \([width])")
      } else {
        fit.matched.append(name)
      }
      if name.hasSuffix("adapter_up.weight") {
        let bias = name.dropLast(6) + "bias"
        if weights.shape(of: String(bias)) == nil { fit.missing.append(String(bias)) }
      }
    }
    return fit
  }

  /// The layer that a name belongs to, without the prefix of the bare model: `layer.3`,
  /// `decoder.block.0`.
  private static func layer(_ name: String) -> String? {
    let parts = name.split(separator: ".")
    guard let number = parts.firstIndex(where: { Int($0) != nil }), number > 0 else { return nil }
    let isStack = number > 1 && ["encoder", "decoder"].contains(parts[number - 2])
    return parts[(isStack ? number - 2 : number - 1)...number].joined(separator: ".")
  }
}

/// The name of one of PEFT's tensors beside a module, taken apart.
private struct LowRankName {
  let module: String
  private let name: String
  private let ending: String

  private static let endings = [
    ".lora_A.weight", ".lora_B.weight", ".lora_B.bias", ".lora_A", ".lora_B", ".lora_E",
    ".ranknum", ".lora_magnitude_vector", ".lora_magnitude_vector.weight", ".lora_embedding_A",
    ".lora_embedding_B", ".ia3_l", ".vera_lambda_b", ".vera_lambda_d",
  ]

  init?(_ name: String) {
    guard let ending = Self.endings.first(where: name.hasSuffix) else { return nil }
    var bare = name.dropLast(ending.count)
    for prefix in ["base_model.model.", "base_model."] where bare.hasPrefix(prefix) {
      bare = bare.dropFirst(prefix.count)
      break
    }
    module = String(bare)
    self.name = name
    self.ending = ending
  }

  /// What must be there besides.
  var other: String? {
    switch ending {
    case ".lora_A.weight", ".lora_A", ".lora_embedding_A":
      name.dropLast(ending.count) + ending.replacing("_A", with: "_B")
    case ".lora_B.weight", ".lora_B", ".lora_embedding_B":
      name.dropLast(ending.count) + ending.replacing("_B", with: "_A")
    default: nil
    }
  }

  /// The shape that it must have beside a weight `[out, in]`, where it has another; of the rank `r`.
  func misfit(_ shape: [Int], weight: [Int]) -> String? {
    let (output, input) = (weight[0], weight[1])
    switch ending {
    case ".lora_A.weight", ".lora_A": return shape.last == input ? nil : "[r, \(input)]"
    case ".lora_B.weight", ".lora_B": return shape.first == output ? nil : "[\(output), r]"
    // A table is [rows, width], and its matrices are those of its transposed.
    case ".lora_embedding_A": return shape.last == output ? nil : "[r, \(output)]"
    case ".lora_embedding_B": return shape.first == input ? nil : "[\(input), r]"
    case ".lora_B.bias", ".lora_magnitude_vector", ".lora_magnitude_vector.weight",
      ".vera_lambda_b":
      return shape.reduce(1, *) == output ? nil : "[\(output)]"
    case ".ia3_l":
      return [output, input].contains(shape.reduce(1, *)) ? nil : "[\(output)] or [\(input)]"
    default: return nil
    }
  }
}
