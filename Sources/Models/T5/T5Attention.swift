import Layers
import Torch

/// The four matrices of a T5 attention, without biases.
///
/// Scores are not scaled: the initialisation of the queries' matrix makes up for it.
struct T5Attention {
  let query, key, value: Linear
  /// The three as one product, of one input.
  let projection: SelfAttentionProjection
  let heads: AttentionHeads
  let output: Linear

  init(
    _ config: T5Configuration, isCausal: Bool = false, looksElsewhere: Bool = false,
    at scope: ModuleScope
  ) throws {
    let (size, inner) = (config.hiddenSize, config.attentionHeads * config.headSize)
    let factor = config.initializerFactor
    func layer(_ name: String, from input: Int, to output: Int, fan: Int) throws -> Linear {
      try Linear(
        input, output, hasBias: false, deviation: factor / Double(fan).squareRoot(),
        at: scope[name])
    }
    query = try layer("q", from: size, to: inner, fan: size * config.headSize)
    key = try layer("k", from: size, to: inner, fan: size)
    value = try layer("v", from: size, to: inner, fan: size)
    projection = SelfAttentionProjection(query: query, key: key, value: value)
    output = try layer("o", from: inner, to: size, fan: inner)
    heads = try AttentionHeads(
      config.attentionHeads, size: config.headSize, scale: 1, isCausal: isCausal,
      looksElsewhere: looksElsewhere, dropout: config.dropout, at: scope)
  }
}
