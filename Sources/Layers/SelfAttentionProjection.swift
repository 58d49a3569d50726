internal import Torch

/// The dense layers that make queries, keys and values of one input.
///
/// The three are one product: a larger product runs nearer to the processor's limit, and the
/// gradient of the input is one product instead of three and two sums. The parameters stay the
/// checkpoint's own three.
public struct SelfAttentionProjection {
  /// Makes queries.
  public let query: Linear
  /// Makes keys.
  public let key: Linear
  /// Makes values.
  public let value: Linear
  private let all, keyAndValue: JoinedLinear

  /// Joins three layers of one input.
  public init(query: Linear, key: Linear, value: Linear) {
    self.query = query
    self.key = key
    self.value = value
    all = JoinedLinear([query, key, value])
    keyAndValue = JoinedLinear([key, value])
  }

  /// `[T, width]` to queries, keys and values side by side, `[T, query + key + value]`.
  func joined(_ input: Tensor) throws -> Tensor { try all(input) }

  /// `[T, width]` to keys and values side by side, `[T, key + value]`.
  func keysAndValues(_ input: Tensor) throws -> Tensor { try keyAndValue(input) }
}

/// Dense layers of one input as one product.
private struct JoinedLinear {
  private let layers: [Linear]
  private let inference: InferenceProduct

  init(_ layers: [Linear]) {
    self.layers = layers
    inference = InferenceProduct(layers.map { ($0.weight, $0.bias) })
  }

  func callAsFunction(_ input: Tensor) throws -> Tensor {
    try inference(input, withBias: true)
      ?? joinedLinear(
        input, weights: layers.map(\.weight.value), biases: layers.map { $0.bias?.value })
  }
}
