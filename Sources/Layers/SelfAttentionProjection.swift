internal import Torch

/// The dense layers that make queries, keys and values of one input.
///
/// The three are one product: a larger product runs nearer to the processor's limit, and the
/// gradient of the input is one product instead of three and two sums. The parameters stay the
/// checkpoint's own: three, or one that holds all three.
public struct SelfAttentionProjection {
  private let form: Form

  private enum Form {
    case separate(query: Linear, all: JoinedLinear, keyAndValue: JoinedLinear)
    case joined(Linear, querySize: Int)
  }

  /// Joins three layers of one input.
  public init(query: Linear, key: Linear, value: Linear) {
    query.role = .query
    key.role = .key
    value.role = .value
    form = .separate(
      query: query, all: JoinedLinear([query, key, value]),
      keyAndValue: JoinedLinear([key, value]))
  }

  /// Takes one layer that gives queries, keys and values side by side, such as GPT-2's.
  ///
  /// - Parameters:
  ///   - layer: The layer.
  ///   - querySize: How many of its results are the queries.
  public init(joined layer: Linear, querySize: Int) {
    layer.role = .queryKeyValue
    form = .joined(layer, querySize: querySize)
  }

  /// `[T, width]` to queries, keys and values side by side, `[T, query + key + value]`.
  func joined(_ input: Tensor) throws -> Tensor {
    switch form {
    case .separate(_, let all, _): try all(input)
    case .joined(let layer, _): try layer(input)
    }
  }

  /// `[T, width]` to keys and values side by side, `[T, key + value]`.
  func keysAndValues(_ input: Tensor) throws -> Tensor {
    switch form {
    case .separate(_, _, let keyAndValue): try keyAndValue(input)
    case .joined(let layer, let querySize):
      try layer.rows(from: querySize, to: layer.weight.shape[0], of: input)
    }
  }

  /// `[T, width]` to queries, `[T, query]`.
  func query(_ input: Tensor) throws -> Tensor {
    switch form {
    case .separate(let query, _, _): try query(input)
    case .joined(let layer, let querySize): try layer.rows(from: 0, to: querySize, of: input)
    }
  }
}

extension Linear {
  /// Some of the layer's results alone.
  fileprivate func rows(from start: Int, to end: Int, of input: Tensor) throws -> Tensor {
    if let update = try adapter?.update(of: self) {
      return try adapted(input, by: update, withBias: true)
        .narrowed(input.shape.count - 1, from: start, count: end - start)
    }
    guard weight.quantized == nil else {
      return try plain(input, withBias: true)
        .narrowed(input.shape.count - 1, from: start, count: end - start)
    }
    return try input.linear(
      weight: weight.value.narrowed(0, from: start, count: end - start),
      bias: bias?.value.narrowed(0, from: start, count: end - start))
  }
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
    guard layers.allSatisfy({ $0.adapter == nil }) else { return try adapted(input) }
    return try inference(input, withBias: true)
      ?? denseProduct(
        input, layers.map { DenseOperand($0.weight.weight, bias: $0.bias?.value) })
  }

  /// One product also with adapters, unless one of them changes the input.
  private func adapted(_ input: Tensor) throws -> Tensor {
    let updates = try layers.map { try $0.adapter?.update(of: $0) }
    guard updates.allSatisfy({ $0?.inputScale == nil }) else {
      return try Tensor.concatenated(
        zip(layers, updates).map { layer, update in
          try update.map { try layer.adapted(input, by: $0, withBias: true) }
            ?? layer.plain(input, withBias: true)
        }, along: input.shape.count - 1)
    }
    let adapted = try zip(layers, updates).map { layer, update in
      AdaptedLayer(
        layer, update, bias: try update.map(layer.effectiveBias) ?? layer.bias?.value)
    }
    return try joinedProduct(input, adapted, inference: inference)
  }
}
