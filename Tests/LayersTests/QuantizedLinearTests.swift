import Layers
import Testing
import Torch
import TorchTestSupport

/// Dense layers whose frozen weights are kept in few bits.
struct QuantizedLinearTests {
  private static func layer(_ store: ParameterStore, _ name: String = "layer") throws -> Linear {
    let layer = try Linear(64, 64, at: store.root[name])
    try layer.weight.setTrainable(false)
    return layer
  }

  @Test(arguments: WeightFormat.allCases)
  func aQuantisedLayerComputesWithTheRoundedWeights(format: WeightFormat) throws {
    let store = ParameterStore(source: nil)
    let layer = try Self.layer(store)
    let before = layer.weight.byteCount
    try layer.quantize(format)
    #expect(layer.weight.byteCount < before / 3 && layer.weight.count == 64 * 64)
    let input = try Tensor.zeros([5, 64])
    try input.fillNormal(deviation: 1, using: Generator(seed: 1))
    let bias = try #require(layer.bias)
    try expectClose(
      layer(input), to: input.linear(weight: layer.weight.original(), bias: bias.value),
      within: 1e-5)
    let merged = try layer.merged(LinearUpdate())
    try expectClose(merged.weight, to: layer.weight.original(), within: 0)
  }

  @Test func joinedProjectionsTakeQuantisedLayers() throws {
    let store = ParameterStore(source: nil)
    let layers = try ["query", "key", "value"].map { try Self.layer(store, $0) }
    try layers[0].quantize(.nf4)
    try layers[2].quantize(.int8)
    let projection = SelfAttentionProjection(query: layers[0], key: layers[1], value: layers[2])
    let heads = try AttentionHeads(4, width: 64, dropout: 0, at: store.root["heads"])
    let batch = try RaggedBatch([[1, 2, 3], [4, 5]])
    let input = try Tensor.zeros([5, 64])
    try input.fillNormal(deviation: 1, using: Generator(seed: 1))
    let separate = try layers.map { try $0(input) }
    try expectClose(
      heads(input, through: projection, batch: batch),
      to: heads(query: separate[0], key: separate[1], value: separate[2], batch: batch),
      within: 1e-5)
  }

  @Test func onlyFrozenWeightsAreQuantisedAndTheyStayFrozen() throws {
    let store = ParameterStore(source: nil)
    let layer = try Self.layer(store)
    try layer.weight.setTrainable(true)
    #expect(throws: LayersError.self) { try layer.quantize(.nf4) }
    try layer.weight.setTrainable(false)
    try layer.quantize(.nf4)
    #expect(throws: LayersError.self) { try layer.quantize(.int8) }
    #expect(throws: LayersError.self) { try layer.weight.setTrainable(true) }
    let vector = try #require(layer.bias)
    try vector.setTrainable(false)
    #expect(throws: LayersError.self) { try vector.quantize(.int8) }
  }

  @Test func newValuesOfAQuantisedWeightAreRoundedToo() throws {
    let layer = try Self.layer(ParameterStore(source: nil))
    try layer.quantize(.int8)
    try layer.weight.assign(Tensor.full([64, 64], 0.5))
    try expectClose(layer.weight.original(), to: Tensor.full([64, 64], 0.5), within: 1e-6)
  }
}
