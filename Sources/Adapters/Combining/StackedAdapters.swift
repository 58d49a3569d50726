internal import Layers
internal import Torch

/// Several changes of one dense layer at once: terms add up, scales multiply.
final class StackedLinear: LinearAdapter {
  private let parts: [(adapter: any LinearAdapter, weight: Double)]

  init(_ parts: [(adapter: any LinearAdapter, weight: Double)]) { self.parts = parts }

  func update(of layer: Linear) throws -> LinearUpdate {
    var sum = LinearUpdate()
    for (adapter, weight) in parts {
      let one = try adapter.update(of: layer)
      sum.terms += one.terms.map {
        LowRankTerm(down: $0.down, up: $0.up, scale: $0.scale * weight, dropout: $0.dropout)
      }
      if let bias = one.bias {
        let weighted = try bias * weight
        sum.bias = try sum.bias.map { try $0 + weighted } ?? weighted
      }
      if let scale = one.inputScale {
        sum.inputScale = try sum.inputScale.map { try $0 * scale } ?? scale
      }
      if let scale = one.outputScale {
        sum.outputScale = try sum.outputScale.map { try $0 * scale } ?? scale
        sum.scalesBias = sum.scalesBias || one.scalesBias
      }
    }
    return sum
  }
}

/// Several low-rank changes of one table at once.
final class StackedTable: EmbeddingAdapter {
  private let parts: [(adapter: any EmbeddingAdapter, weight: Double)]

  init(_ parts: [(adapter: any EmbeddingAdapter, weight: Double)]) { self.parts = parts }

  func callAsFunction(_ indices: Tensor, through table: Embedding) throws -> Tensor {
    let own = try table.weight.value.embedding(of: indices)
    return try parts.reduce(own) { sum, part in
      try sum + (part.adapter(indices, through: table) - own) * part.weight
    }
  }

  func merged(_ table: Embedding) throws -> Tensor {
    let own = try table.weight.master.to(.float32)
    return try parts.reduce(own) { sum, part in
      try sum + (part.adapter.merged(table) - own) * part.weight
    }
  }
}

/// A low-rank change whose matrices nothing trains: what several were made into.
final class FixedLowRank: LinearAdapter {
  private let term: LowRankTerm

  init(down: Tensor, up: Tensor) { term = LowRankTerm(down: down, up: up, scale: 1) }

  func update(of layer: Linear) throws -> LinearUpdate { LinearUpdate(terms: [term]) }
}
