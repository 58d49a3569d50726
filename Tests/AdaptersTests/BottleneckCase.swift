import Adapters
import Foundation
import Layers
import Models
import TestSupport
import Torch

/// A layer's slot without a model around it, and a part's result for it.
struct BottleneckCase {
  static let width = 8
  let store = ParameterStore(source: nil)
  let attention, feedForward: SublayerSlot
  let scope: AttachmentScope

  init(family: String = "bert") throws {
    var names = store.root["bert"]["encoder"]["layer"]["0"]
    if family == "gpt2" { names = store.root["transformer"]["h"]["0"] }
    attention = names.sublayerSlot(.attention, width: Self.width)
    feedForward = names.sublayerSlot(.feedForward, width: Self.width)
    let file = ConfigurationFile(values: ["model_type": .string(family)])
    scope = AttachmentScope(family: try ModelFamily.of(file), configuration: file)
  }

  func attach(_ settings: BottleneckSettings) throws -> any AttachedMethod {
    try settings.validate()
    return try settings.attach(to: store, scope: scope)
  }

  /// Numbers of a seed, `[3, width]`.
  static func numbers(_ seed: UInt64, _ shape: [Int] = [3, width]) throws -> Tensor {
    let tensor = try Tensor.zeros(shape)
    try tensor.fillNormal(deviation: 1, using: Generator(seed: seed))
    return tensor
  }

  /// A part that made `output` of the stream `residual`, in a model that normalises after the sum or
  /// before the part.
  static func part(postNorm: Bool) throws -> SublayerResult {
    let residual = try numbers(2)
    let output = try numbers(1)
    guard postNorm else {
      return SublayerResult(output: output, residual: residual, input: residual)
    }
    return SublayerResult(output: output, residual: residual, input: residual) { try norm($0) }
  }

  /// A layer norm with weights that are not ones.
  static func norm(_ input: Tensor) throws -> Tensor {
    let weight = try Tensor.ones([width]) * 1.5
    return try input.layerNormalized(
      weight: weight, bias: Tensor.full([width], 0.25), epsilon: 1e-5)
  }
}
