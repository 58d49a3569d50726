internal import Torch

/// The dense layers that make queries, keys and values of one input.
///
/// While gradients are recorded the three are one product over joined weights: a larger product
/// runs nearer to the processor's limit, and the gradient of the input is one product instead of
/// three and two sums. The parameters stay the checkpoint's own three.
public struct SelfAttentionProjection {
  /// Makes queries.
  public let query: Linear
  /// Makes keys.
  public let key: Linear
  /// Makes values.
  public let value: Linear

  /// Joins three layers of one input.
  public init(query: Linear, key: Linear, value: Linear) {
    self.query = query
    self.key = key
    self.value = value
  }

  private var layers: [Linear] { [query, key, value] }

  /// `[T, width]` to queries, keys and values side by side, `[T, query + key + value]`.
  func joined(_ input: Tensor) throws -> Tensor {
    let biases = layers.compactMap(\.bias)
    let weight = try Tensor.concatenated(layers.map(\.weight.value))
    let bias = biases.count == layers.count ? try Tensor.concatenated(biases.map(\.value)) : nil
    return try input.linear(weight: weight, bias: bias)
  }
}
