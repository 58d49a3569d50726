import Layers
import Testing
import Torch
import TorchTestSupport

/// A change of a layer that is given as it is.
private final class FixedUpdate: LinearAdapter {
  let update: LinearUpdate

  init(_ update: LinearUpdate) { self.update = update }

  func update(of layer: Linear) throws -> LinearUpdate { update }
}

/// Layers with adapters, alone and joined, beside the definition written out.
struct LinearAdapterTests {
  private static let width = 64

  private static func random(_ shape: [Int], _ seed: UInt64, around mean: Double = 0) throws
    -> Tensor
  {
    let tensor = try Tensor.zeros(shape)
    try tensor.fillNormal(deviation: 0.2, using: Generator(seed: seed))
    return try tensor + mean
  }

  /// Every part of a change, and none of them.
  private static func updates(_ outputs: Int, _ inputs: Int = width) throws -> [LinearUpdate] {
    let term = try LowRankTerm(
      down: random([4, inputs], 1), up: random([outputs, 4], 2), scale: 2)
    let other = try LowRankTerm(
      down: random([3, inputs], 3), up: random([outputs, 3], 4), scale: 0.5)
    let output = try random([outputs], 5, around: 1), bias = try random([outputs], 6)
    return try [
      LinearUpdate(terms: [term]),
      LinearUpdate(terms: [term, other], bias: bias),
      LinearUpdate(terms: [term], outputScale: output),
      LinearUpdate(terms: [other], outputScale: output, scalesBias: true, bias: bias),
      LinearUpdate(inputScale: random([inputs], 7, around: 1)),
      LinearUpdate(inputScale: random([inputs], 8, around: 1), terms: [term], outputScale: output),
      LinearUpdate(outputScale: output, scalesBias: true),
      LinearUpdate(bias: bias),
    ]
  }

  /// `output ∘ (W (input ∘ x) + Σ scale · up (down · x)) + bias'`, in float64.
  private static func defined(
    _ layer: Linear, _ update: LinearUpdate, _ input: Tensor
  ) throws -> Tensor {
    func wide(_ tensor: Tensor) throws -> Tensor { try tensor.to(.float64) }
    let x = try wide(input)
    var y = try (update.inputScale.map { try x * wide($0) } ?? x)
      .matmul(wide(layer.weight.value).transposed())
    for term in update.terms {
      y =
        try y + x.matmul(wide(term.down).transposed()).matmul(wide(term.up).transposed())
        * term.scale
    }
    if let scale = update.outputScale { y = try y * wide(scale) }
    if let own = try layer.bias.map({ try wide($0.value) }) {
      y = try y + (update.scalesBias ? update.outputScale.map { try own * wide($0) } ?? own : own)
    }
    return try update.bias.map { try y + wide($0) } ?? y
  }

  private static func store(_ isTrainable: Bool = true) -> ParameterStore {
    var options = ParameterStore.Options()
    options.isTrainable = isTrainable
    return ParameterStore(source: nil, options: options)
  }

  @Test(arguments: [true, false])
  func aLayerComputesWhatItsAdapterDefines(isTrainable: Bool) throws {
    let layer = try Linear(Self.width, 96, at: Self.store(isTrainable).root["layer"])
    let input = try Self.random([37, Self.width], 9, around: 0.1)
    for update in try Self.updates(96) {
      layer.adapter = FixedUpdate(update)
      let expected = try Self.defined(layer, update, input).to(.float32)
      let actual = try isTrainable ? layer(input) : withoutGradients { try layer(input) }
      try expectClose(actual, to: expected, within: 1e-5)
      let bias = try layer.effectiveBias()
      let product = try layer.product(input)
      try expectClose(bias.map { try product + $0 } ?? product, to: expected, within: 1e-5)
    }
  }

  @Test func aMergedLayerComputesWhatTheAdaptedOneDid() throws {
    let store = Self.store()
    let layer = try Linear(Self.width, 96, at: store.root["layer"])
    let bare = try Linear(Self.width, 96, hasBias: false, at: store.root["bare"])
    let input = try Self.random([37, Self.width], 9)
    for update in try Self.updates(96) {
      for layer in [layer, bare] {
        layer.adapter = FixedUpdate(update)
        let merged = try layer.merged(update)
        try expectClose(
          input.linear(weight: merged.weight, bias: merged.bias), to: layer(input), within: 2e-6,
          relative: 2e-6)
      }
    }
  }

  /// Every pair of changes, of queries and of values.
  @Test(arguments: [true, false])
  func joinedProjectionsComputeWhatTheirLayersDo(isTrainable: Bool) throws {
    let store = Self.store(isTrainable)
    let names = ["query", "key", "value"]
    let layers = try names.map { try Linear(Self.width, Self.width, at: store.root[$0]) }
    let projection = SelfAttentionProjection(query: layers[0], key: layers[1], value: layers[2])
    let heads = try AttentionHeads(4, width: Self.width, dropout: 0, at: store.root["heads"])
    let batch = try RaggedBatch([[1, 2, 3], [4, 5]])
    let input = try Self.random([5, Self.width], 9)
    func run() throws {
      let separate = try layers.map { try $0(input) }
      try expectClose(
        heads(input, through: projection, batch: batch),
        to: heads(query: separate[0], key: separate[1], value: separate[2], batch: batch),
        within: 1e-5)
    }
    for first in try Self.updates(Self.width) {
      for second in try [nil] + Self.updates(Self.width) {
        layers[0].adapter = FixedUpdate(first)
        layers[2].adapter = second.map(FixedUpdate.init)
        try isTrainable ? run() : withoutGradients { try run() }
      }
    }
  }

  @Test(arguments: [true, false])
  func feedForwardBlocksComputeWhatTheirLayersDo(isTrainable: Bool) throws {
    let store = Self.store(isTrainable)
    let up = try Linear(Self.width, 128, at: store.root["up"])
    let down = try Linear(128, Self.width, at: store.root["down"])
    let block = FeedForward(up: up, activation: .gelu, down: down)
    let input = try Self.random([37, Self.width], 9)
    func run() throws {
      let expected = try down(Activation.gelu(up(input)))
      let bias = try #require(try down.effectiveBias())
      try expectClose(block.product(input) + bias, to: expected, within: 1e-5)
    }
    for (first, second) in try zip(Self.updates(128), Self.updates(Self.width, 128).reversed()) {
      up.adapter = FixedUpdate(first)
      down.adapter = FixedUpdate(second)
      try isTrainable ? run() : withoutGradients { try run() }
      down.adapter = nil
      try isTrainable ? run() : withoutGradients { try run() }
    }
  }

  @Test func dropoutOfTermsIsTheOneOfTheirSite() throws {
    let store = Self.store()
    store.forwardState.isTraining = true
    let layer = try Linear(Self.width, 96, at: store.root["layer"])
    let dropout = store.root.dropout(0.3)
    let term = try LowRankTerm(
      down: Self.random([4, Self.width], 1), up: Self.random([96, 4], 2), scale: 2,
      dropout: dropout)
    let input = try Self.random([37, Self.width], 9)
    let plain = try layer(input)
    layer.adapter = FixedUpdate(LinearUpdate(terms: [term]))
    let expected =
      try plain
      + dropout(input).linear(weight: term.down).linear(weight: term.up) * term.scale
    try expectClose(layer(input), to: expected, within: 1e-5)
  }
}
