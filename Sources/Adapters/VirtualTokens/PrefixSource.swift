internal import Layers
internal import Torch

/// Where the keys and values of prefix tuning come from.
protocol PrefixSource: AnyObject {
  /// What is trained.
  var parameters: [Parameter] { get }

  /// Those of one layer, each `[P, width]`.
  func prefix(ofLayer layer: Int) throws -> AttentionPrefix
}

extension PrefixSource {
  /// All of them as PEFT stores them, `[P, layers · 2 · width]`: layer by layer, keys before values.
  func stored(layers: Int) throws -> Tensor {
    try withoutGradients {
      let parts = try (0..<layers).flatMap { layer in
        let prefix = try prefix(ofLayer: layer)
        return [prefix.key, prefix.value]
      }
      return try Tensor.concatenated(parts.map { try $0.to(.float32) }, along: 1)
    }
  }
}

/// The sizes of a prefix.
struct PrefixSizes {
  /// Keys and values of each attention.
  let count: Int
  /// How many layers have some.
  let layers: Int
  /// Of one key, over all heads.
  let width: Int

  /// The shape in PEFT's files.
  var stored: [Int] { [count, layers * 2 * width] }
}

/// Keys and values that are trained themselves, a table of each for every layer: a gradient is then
/// never as large as the tables of all layers.
final class PrefixTable: PrefixSource {
  private let tables: [(key: Parameter, value: Parameter)]

  var parameters: [Parameter] { tables.flatMap { [$0.key, $0.value] } }

  /// Makes tables of random numbers, or of zeros.
  init(
    _ sizes: PrefixSizes, isZero: Bool, in store: ParameterStore, _ scope: AttachmentScope
  ) throws {
    let shape = [sizes.count, sizes.width]
    let initial: Initializer = isZero ? .zeros : .normal(deviation: 1)
    func table(_ layer: Int, _ role: String) throws -> Parameter {
      try scope.attach("prompt_encoder.\(layer).\(role)", initial, shape, to: store)
    }
    tables = try (0..<sizes.layers).map { (try table($0, "key"), try table($0, "value")) }
  }

  /// Cuts a stored prefix up.
  init(
    _ stored: Tensor, _ sizes: PrefixSizes, in store: ParameterStore, _ scope: AttachmentScope
  ) throws {
    func table(_ layer: Int, _ role: String, _ place: Int) throws -> Parameter {
      let columns = try stored.narrowed(1, from: place * sizes.width, count: sizes.width)
      return try store.attach(
        "\(scope.namePrefix)prompt_encoder.\(layer).\(role)", columns.contiguous())
    }
    tables = try (0..<sizes.layers).map {
      (try table($0, "key", 2 * $0), try table($0, "value", 2 * $0 + 1))
    }
  }

  func prefix(ofLayer layer: Int) throws -> AttentionPrefix {
    AttentionPrefix(key: tables[layer].key.value, value: tables[layer].value.value)
  }
}

/// Keys and values that a network makes from one table: PEFT's `PrefixEncoder` with a projection.
final class PrefixNetwork: PrefixSource {
  private let table: Parameter
  private let middle: AttachedLinear
  /// The rows of PEFT's last layer, apart for each layer of the model.
  private let outputs: [(key: AttachedLinear, value: AttachedLinear)]

  var parameters: [Parameter] {
    [table] + middle.parameters + outputs.flatMap { $0.key.parameters + $0.value.parameters }
  }

  init(
    _ sizes: PrefixSizes, hiddenSize: Int, isZero: Bool, in store: ParameterStore,
    _ scope: AttachmentScope
  ) throws {
    table = try scope.attach(
      "prompt_encoder.embedding.weight", .normal(deviation: 1), [sizes.count, sizes.width],
      to: store)
    middle = try AttachedLinear(
      "prompt_encoder.transform.0", sizes.width, hiddenSize, to: store, scope)
    func output(_ layer: Int, _ role: String) throws -> AttachedLinear {
      try AttachedLinear(
        "prompt_encoder.transform.2.\(layer).\(role)", hiddenSize, sizes.width, isZero: isZero,
        to: store, scope)
    }
    outputs = try (0..<sizes.layers).map { (try output($0, "key"), try output($0, "value")) }
  }

  func prefix(ofLayer layer: Int) throws -> AttentionPrefix {
    let hidden = try middle(table.value).hyperbolicTangent()
    return AttentionPrefix(
      key: try outputs[layer].key(hidden), value: try outputs[layer].value(hidden))
  }
}

/// What makes a method's keys and values now: a stored prefix takes the place of a network.
final class PrefixHolder {
  var source: any PrefixSource

  init(_ source: any PrefixSource) { self.source = source }
}

/// Fills the slot of one attention.
final class PrefixOfLayer: AttentionAdapter {
  private let holder: PrefixHolder
  private let layer, count: Int

  init(_ holder: PrefixHolder, layer: Int, count: Int) {
    self.holder = holder
    self.layer = layer
    self.count = count
  }

  func prefix(of slot: AttentionSlot) throws -> AttentionPrefix {
    try holder.source.prefix(ofLayer: layer)
  }

  func count(of slot: AttentionSlot) throws -> Int { count }
}
