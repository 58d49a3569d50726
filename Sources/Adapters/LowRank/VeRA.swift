public import Layers
internal import Models
internal import Torch

/// The two random matrices that all layers of a VeRA share; nothing trains them.
final class VeRAProjection {
  /// `[rank, widest input]`, PEFT's `vera_A`.
  private(set) var down: Tensor
  /// `[widest output, rank]`, PEFT's `vera_B`.
  private(set) var up: Tensor

  /// Draws both from one sequence of PyTorch's generator, as PEFT does: evenly between ±√(6 / fan-in)
  /// (He et al., "Delving Deep into Rectifiers", 2015).
  init(rank: Int, input: Int, output: Int, seed: Int) throws {
    let generator = try Generator(seed: UInt64(seed))
    func drawn(_ shape: [Int]) throws -> Tensor {
      let tensor = try Tensor.zeros(shape)
      let bound = 3.0.squareRoot() * (2.0.squareRoot() / Double(shape[1]).squareRoot())
      try tensor.fillUniform(from: -bound, to: bound, using: generator)
      return tensor
    }
    down = try drawn([rank, input])
    up = try drawn([output, rank])
  }

  /// Takes matrices that were saved.
  func replace(down: Tensor, up: Tensor) throws {
    self.down = try down.to(.float32).clone()
    self.up = try up.to(.float32).clone()
  }
}

/// VeRA on one dense layer: `W x + b ∘ B (d ∘ A x)`.
final class VeRALayer: LinearAdapter {
  let projection: VeRAProjection
  /// `[rank]`, PEFT's `vera_lambda_d`.
  let inner: Parameter
  /// `[output]`, PEFT's `vera_lambda_b`.
  let outer: Parameter
  let dropout: Dropout?

  init(_ projection: VeRAProjection, inner: Parameter, outer: Parameter, dropout: Dropout?) {
    self.projection = projection
    self.inner = inner
    self.outer = outer
    self.dropout = dropout
  }

  func update(of layer: Linear) throws -> LinearUpdate {
    let (output, input) = (layer.weight.shape[0], layer.weight.shape[1])
    let type = inner.value.dataType
    let down = try projection.down.narrowed(1, from: 0, count: input).to(type)
    let up = try projection.up.narrowed(0, from: 0, count: output).to(type)
    let term = LowRankTerm(
      down: try down * inner.value.unsqueezed(1), up: try up * outer.value.unsqueezed(1), scale: 1,
      dropout: dropout)
    return LinearUpdate(terms: [term])
  }
}

/// VeRA at work on a model.
final class VeRA: LayerMethod {
  let kind = "VERA"
  let settings: VeRASettings
  let named: [(name: String, parameter: Parameter)]
  let trainedInPlace: [(name: String, parameter: Parameter)]
  let linearAdapters: [(layer: Linear, adapter: any LinearAdapter)]
  private let projection: VeRAProjection
  private let targetNames: [String]
  private let isTransposed: Bool
  private let firstProjectionName = "base_model.vera_A"
  private let secondProjectionName = "base_model.vera_B"

  init(_ settings: VeRASettings, _ store: ParameterStore, _ scope: AttachmentScope) throws {
    self.settings = settings
    let modules = TargetableModules(store, scope, withEmbeddings: false)
    let found = try settings.modules.resolve(modules, for: VeRASettings.title).linears
    let shapes = found.map(\.layer.weight.shape)
    let shared = try VeRAProjection(
      rank: settings.rank, input: shapes.map { $0[1] }.max() ?? 0,
      output: shapes.map { $0[0] }.max() ?? 0, seed: settings.projectionSeed)
    projection = shared
    var named: [(name: String, parameter: Parameter)] = []
    linearAdapters = try found.map { name, layer in
      let outer = try scope.attach(
        "\(name).vera_lambda_b", .zeros, [layer.weight.shape[0]], to: store)
      let inner = try scope.attach(
        "\(name).vera_lambda_d", .filled(settings.initialScale), [settings.rank], to: store)
      named.append(("\(name).vera_lambda_b", outer))
      named.append(("\(name).vera_lambda_d", inner))
      let dropout = settings.dropout > 0 ? store.root.dropout(settings.dropout) : nil
      return (layer, VeRALayer(shared, inner: inner, outer: outer, dropout: dropout))
    }
    self.named = named
    targetNames = TargetNames.shortest(
      for: found.map(\.name), among: modules.linears.map(\.name))
    isTransposed = found.contains { scope.family.isStoredTransposed($0.layer.weight.name) }
    trainedInPlace = try settings.bias.attach(to: store, scope, changed: found.map(\.layer))
  }

  func stored() throws -> [(name: String, tensor: Tensor)] {
    let own = named.map { (name: modulePrefix + $0.name, tensor: $0.parameter.master) }
    guard settings.savesProjection else { return own }
    return own + [
      (firstProjectionName, projection.down), (secondProjectionName, projection.up),
    ]
  }

  func load(_ source: any WeightSource) throws {
    for (name, parameter) in named { try parameter.load(modulePrefix + name, from: source) }
    guard source.contains(firstProjectionName), source.contains(secondProjectionName) else {
      return
    }
    let (down, up) = (
      try source.tensor(firstProjectionName), try source.tensor(secondProjectionName)
    )
    for (name, found, wanted) in [
      (firstProjectionName, down.shape, projection.down.shape),
      (secondProjectionName, up.shape, projection.up.shape),
    ] where found != wanted {
      throw AdaptersError.otherShape(name, found, wanted, source.origin)
    }
    try projection.replace(down: down, up: up)
  }

  func configuration() throws -> [String: JSONValue] {
    [
      "r": .integer(settings.rank), "projection_prng_key": .integer(settings.projectionSeed),
      "save_projection": .bool(settings.savesProjection),
      "vera_dropout": .number(settings.dropout), "d_initial": .number(settings.initialScale),
      "target_modules": .strings(targetNames), "bias": .string(settings.bias.word("vera")),
      "fan_in_fan_out": .bool(isTransposed), "init_weights": .bool(true),
      "layers_to_transform": .null, "layers_pattern": .null,
    ]
  }
}

extension VeRASettings {
  /// Adds the scales.
  public func attach(
    to store: ParameterStore, scope: AttachmentScope
  ) throws -> any AttachedMethod {
    let method = try VeRA(self, store, scope)
    try method.fillSlots()
    return method
  }
}
