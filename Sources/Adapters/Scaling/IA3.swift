public import Layers
internal import Models
internal import Torch

/// IA³ on one dense layer: its input or its result, element by element, times a vector.
final class IA3Layer: LinearAdapter {
  /// `[1, input]` or `[output, 1]`, PEFT's `ia3_l`.
  let scale: Parameter
  /// Whether the input is scaled.
  let scalesInput: Bool

  init(scale: Parameter, scalesInput: Bool) {
    self.scale = scale
    self.scalesInput = scalesInput
  }

  func update(of layer: Linear) throws -> LinearUpdate {
    let vector = try scale.value.flattened()
    return scalesInput
      ? LinearUpdate(inputScale: vector) : LinearUpdate(outputScale: vector, scalesBias: true)
  }
}

/// IA³ at work on a model.
final class IA3: LayerMethod {
  let kind = "IA3"
  let named: [(name: String, parameter: Parameter)]
  let linearAdapters: [(layer: Linear, adapter: any LinearAdapter)]
  private let targetNames: [String]
  private let feedForwardNames: [String]
  private let isTransposed: Bool

  init(_ settings: IA3Settings, _ store: ParameterStore, _ scope: AttachmentScope) throws {
    let modules = TargetableModules(store, scope, withEmbeddings: false)
    let found = try settings.modules.resolve(modules, for: IA3Settings.title).linears
    var named: [(name: String, parameter: Parameter)] = []
    var inputs: [String] = []
    linearAdapters = try found.map { name, layer in
      let scalesInput = try settings.feedForward.chooses(
        name, layer, among: modules, key: "feedforward", of: IA3Settings.title)
      if scalesInput { inputs.append(name) }
      let shape = scalesInput ? [1, layer.weight.shape[1]] : [layer.weight.shape[0], 1]
      let scale = try scope.attach("\(name).ia3_l", .ones, shape, to: store)
      named.append(("\(name).ia3_l", scale))
      return (layer, IA3Layer(scale: scale, scalesInput: scalesInput))
    }
    self.named = named
    let all = modules.linears.map(\.name)
    // PEFT wants the second list to be a part of the first, so both have whole names where one of
    // them needs them.
    let short = TargetNames.shortest(for: inputs, among: all)
    targetNames = Array(
      Set(TargetNames.shortest(for: found.map(\.name), among: all)).union(short)
    ).sorted()
    feedForwardNames = short
    isTransposed = found.contains { scope.family.isStoredTransposed($0.layer.weight.name) }
  }

  func configuration() throws -> [String: JSONValue] {
    [
      "target_modules": .strings(targetNames), "feedforward_modules": .strings(feedForwardNames),
      "fan_in_fan_out": .bool(isTransposed), "exclude_modules": .null,
      "init_ia3_weights": .bool(true),
    ]
  }
}

extension IA3Settings {
  /// Adds the vectors.
  public func attach(
    to store: ParameterStore, scope: AttachmentScope
  ) throws -> any AttachedMethod {
    let method = try IA3(self, store, scope)
    try method.fillSlots()
    return method
  }
}
