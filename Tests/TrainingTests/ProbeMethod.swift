import Adapters
import Layers
import Models
import Tasks
import Torch

/// A method of tuning that does all that a trainer has to serve: thin matrices with dropout beside
/// queries, a term of the loss, ranks that fall by what gradients say, a memory, and two rates.
final class ProbeMethod: AttachedMethod, LinearAdapter {
  let kind = "PROBE"
  let ratio: Double
  let lastRank: Int
  private let layers: [(layer: Linear, down: Parameter, up: Parameter)]
  /// Of each layer, for each of its directions: the mean importance, and whether it is left.
  private let memory: [(importance: Tensor, kept: Tensor)]
  private let dropout: Dropout
  /// The norm of all gradients at each step's end.
  private(set) var gradientNorms: [Double] = []

  static let rank = 4

  init(_ store: ParameterStore, ratio: Double = 1, lastRank: Int = 4, dropout rate: Double = 0.1)
    throws
  {
    (self.ratio, self.lastRank) = (ratio, lastRank)
    dropout = store.root.dropout(rate)
    try store.setTrainable { $0.hasPrefix("classifier.") }
    let found = store.modules.linears.filter { $0.name.hasSuffix(".query") }
    layers = try found.enumerated().map { index, layer in
      let down = try Tensor.zeros([Self.rank, layer.weight.shape[1]])
      try down.fillNormal(deviation: 0.2, using: Generator(seed: UInt64(index)))
      return (
        layer, try store.attach("\(layer.name).down", down),
        try store.attach("\(layer.name).up", Tensor.zeros([layer.weight.shape[0], Self.rank]))
      )
    }
    memory = try layers.map { _ in (try .zeros([Self.rank]), try .full([Self.rank], 1)) }
    try fillSlots()
  }

  var parameters: [Parameter] { layers.flatMap { [$0.down, $0.up] } }
  let mergeRefusal: String? = "A probe is not merged."

  func configuration() throws -> [String: JSONValue] {
    ["ratio": .number(ratio), "lastRank": .integer(lastRank)]
  }

  func stored() throws -> [(name: String, tensor: Tensor)] {
    parameters.map { ($0.name, $0.master) }
  }

  func load(_ source: any WeightSource) throws {
    for parameter in parameters { try parameter.assign(source.tensor(parameter.name)) }
  }

  func fillSlots() throws { for part in layers { part.layer.adapter = self } }
  func emptySlots() { for part in layers { part.layer.adapter = nil } }
  func merge() throws {}

  func update(of layer: Linear) throws -> LinearUpdate {
    guard let own = layers.first(where: { $0.layer === layer }) else { return LinearUpdate() }
    return LinearUpdate(terms: [
      LowRankTerm(down: own.down.value, up: own.up.value, scale: 2, dropout: dropout)
    ])
  }

  func rateFactor(of parameter: Parameter) -> Double {
    parameter.name.hasSuffix(".up") ? ratio : 1
  }

  func regularization() throws -> Tensor? {
    guard lastRank < Self.rank else { return nil }
    return try layers.map { try $0.down.value.to(.float32).squared().sum() * 0.01 }
      .reduce(nil) { sum, term in try sum.map { try $0 + term } ?? term }
  }

  /// Takes the least important direction away from each layer in every third step.
  func stepEnded(_ step: Int, of total: Int) throws {
    try withoutGradients {
      var squares = 0.0
      for (part, memory) in zip(layers, memory) {
        guard let gradient = part.down.value.accumulatedGradient else { continue }
        let norm = try gradient.to(.float32).norm().item()
        squares += norm * norm
        let importance = try (gradient.to(.float32) * part.down.master).absolute().sum([1])
        try memory.importance.interpolate(towards: importance, by: 0.15)
        if step % 3 == 0, try rank(memory.kept) > lastRank {
          let values = try memory.importance.values(as: Float.self)
          var kept = try memory.kept.values(as: Float.self)
          let least = values.indices.filter { kept[$0] > 0 }.min { values[$0] < values[$1] }
          if let least { kept[least] = 0 }
          try memory.kept.copy(from: Tensor(kept))
        }
        try part.down.assign(part.down.master * memory.kept.unsqueezed(1))
      }
      gradientNorms.append(squares.squareRoot())
    }
  }

  private func rank(_ kept: Tensor) throws -> Int {
    try kept.values(as: Float.self).count { $0 > 0 }
  }

  func ranks() throws -> [(module: String, rank: Int)]? {
    guard lastRank < Self.rank else { return nil }
    return try zip(layers, memory).map { ($0.layer.name, try rank($1.kept)) }
  }

  func state() throws -> [(name: String, tensor: Tensor)] {
    zip(layers, memory).flatMap { part, memory in
      [
        ("\(part.layer.name).importance", memory.importance),
        ("\(part.layer.name).kept", memory.kept),
      ]
    }
  }

  func restore(_ source: any WeightSource) throws {
    for (name, tensor) in try state() {
      try withoutGradients { try tensor.copy(from: source.tensor(name)) }
    }
  }
}
