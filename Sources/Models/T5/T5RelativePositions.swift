import Foundation
import Layers
import Torch

/// The bias that T5's attention adds to scores: a number for each head and bucket of distances.
///
/// Near distances have a bucket each, farther ones share buckets that grow with the logarithm, and
/// beyond the largest distance there is one. An encoder's buckets tell before from after. All layers
/// of a stack use the table of the first.
struct T5RelativePositions {
  /// `[buckets, heads]`.
  let weight: Parameter
  /// The bucket of each distance from `-reach` to `reach`, `[2 * reach + 1]`, `int64`.
  private let buckets: Tensor

  /// Makes the table at the scope of the first layer's attention.
  init(_ config: T5Configuration, isBidirectional: Bool, at scope: ModuleScope) throws {
    weight = try scope["relative_attention_bias"].parameter(
      "weight", shape: [config.distanceBuckets, config.attentionHeads],
      .normal(deviation: config.initializerFactor / Double(config.hiddenSize).squareRoot()))
    let buckets = try Self.buckets(
      config.distanceBuckets, reach: config.largestDistance, isBidirectional: isBidirectional)
    self.buckets = try Tensor(buckets).to(scope.store.options.device)
  }

  /// The table by distance, `[heads, 2 * reach + 1]`; differentiable.
  func bias() throws -> AttentionBias {
    .byDistance(try weight.value.embedding(of: buckets).transposed(0, 1).contiguous())
  }

  /// The bucket of every distance of key and query from `-reach` to `reach`.
  static func buckets(_ count: Int, reach: Int, isBidirectional: Bool) throws -> [Int64] {
    let count = isBidirectional ? count / 2 : count
    let exact = count / 2
    // In fp32 and by libtorch's logarithm, as the weights were trained: a boundary between buckets
    // lies where the quotient of two logarithms is a whole number, so the last bit decides.
    let ratio = try Tensor((0...reach).map(Float.init)) / Double(exact)
    let grown =
      try ratio.logarithm() / log(Double(reach) / Double(exact)) * Double(count - exact)
    let shared = try grown.values(as: Float.self)
    func bucket(_ magnitude: Int) -> Int {
      magnitude < exact ? magnitude : min(exact + Int(shared[magnitude]), count - 1)
    }
    return (-reach...reach).map { distance in
      if isBidirectional {
        Int64(bucket(abs(distance)) + (distance > 0 ? count : 0))
      } else {
        Int64(bucket(max(-distance, 0)))
      }
    }
  }
}
