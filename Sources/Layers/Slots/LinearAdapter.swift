public import Torch

/// Changes what a dense layer computes, without touching its weights: it fills ``Linear/adapter``.
///
/// A method of tuning says *what* changes, as a ``LinearUpdate``; how that is computed, alone or
/// together with other layers, and how it is merged into the weights, is the layer's business. So no
/// method has code for products, and every method profits from the fast forms.
public protocol LinearAdapter: AnyObject {
  /// What the layer computes now, as tensors that the method's parameters have gradients through.
  func update(of layer: Linear) throws -> LinearUpdate
}

/// A change of a dense layer, in the one form that all methods on dense layers have.
///
/// `y = output ∘ (W (input ∘ x) + Σ scale · up (down · dropout(x))) + bias'`
///
/// LoRA has a low-rank term, IA³ one of the two scales, DoRA a low-rank term and the output's scale.
public struct LinearUpdate {
  /// What the input is multiplied with, `[input]`; nil for nothing.
  public var inputScale: Tensor?
  /// What is added to the product.
  public var terms: [LowRankTerm]
  /// What the sum is multiplied with, `[output]`; nil for nothing.
  public var outputScale: Tensor?
  /// Whether ``outputScale`` multiplies the layer's own bias too.
  public var scalesBias: Bool
  /// What is added to the layer's bias, `[output]`; nil for nothing.
  public var bias: Tensor?

  /// Names the parts; without any the layer stays as it is.
  public init(
    inputScale: Tensor? = nil, terms: [LowRankTerm] = [], outputScale: Tensor? = nil,
    scalesBias: Bool = false, bias: Tensor? = nil
  ) {
    self.inputScale = inputScale
    self.terms = terms
    self.outputScale = outputScale
    self.scalesBias = scalesBias
    self.bias = bias
  }
}

/// A product of two thin matrices, `scale · up (down · dropout(x))`.
public struct LowRankTerm {
  /// `[rank, input]`.
  public let down: Tensor
  /// `[output, rank]`.
  public let up: Tensor
  /// Factor of the term.
  public let scale: Double
  /// What drops the term's input out; nil for nothing.
  public let dropout: Dropout?

  /// Names the parts.
  public init(down: Tensor, up: Tensor, scale: Double, dropout: Dropout? = nil) {
    self.down = down
    self.up = up
    self.scale = scale
    self.dropout = dropout
  }
}

/// What a dense layer does in its model, where that is known: what methods choose layers by when a
/// user names none.
public enum LinearRole: String, Sendable, CaseIterable {
  /// Makes queries.
  case query
  /// Makes keys.
  case key
  /// Makes values.
  case value
  /// Makes queries, keys and values side by side, as in GPT-2.
  case queryKeyValue
  /// Mixes the heads' results.
  case attentionOutput
  /// Into the wider middle of a feed-forward part.
  case up
  /// The gate of that middle.
  case gate
  /// Back from it.
  case down
  /// Anything else inside the bare model, such as a pooler.
  case other
  /// A layer of the task's head.
  case head
}
