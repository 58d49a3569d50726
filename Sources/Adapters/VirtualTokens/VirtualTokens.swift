internal import Layers
internal import Models
internal import Torch

/// What the methods that add virtual tokens have in common.
enum VirtualTokens {
  /// Refuses more virtual tokens than a model has positions for, beside one token of a text.
  static func requireRoom(for count: Int, in scope: AttachmentScope, of method: String) throws {
    guard let positions = try scope.family.maximumLength(scope.configuration), count >= positions
    else { return }
    throw AdaptersError(
      .setting,
      "\(method): virtual_tokens is \(count), and the model has \(positions) positions for them "
        + "and the text together. Set it to at most \(positions - 1).")
  }

  /// The slot before the words that a model reads.
  static func slot(
    of store: ParameterStore, _ method: String, _ scope: AttachmentScope
  ) throws -> TokenSlot {
    guard let slot = store.modules.tokens.first else {
      throw AdaptersError(
        .target,
        "\(method): a model of the family \(scope.family.modelType) cannot take it, since nothing "
          + "can stand before its words. Choose another method, such as lora.")
    }
    return slot
  }

  /// Refuses to put virtual tokens before others.
  static func requireEmpty(_ slot: TokenSlot, _ method: String) throws {
    guard slot.adapter == nil else {
      throw AdaptersError(
        .setting,
        "\(method): other virtual tokens stand before the words already. Detach them first.")
    }
  }

  /// How many stacks of layers PEFT counts: an encoder and a decoder are two, of which the
  /// encoder's tokens come first.
  static func stacks(of store: ParameterStore) -> Int {
    store.modules.attentions.contains { $0.kind == .cross } ? 2 : 1
  }
}

/// A dense layer of a network that a method brings along, as PyTorch makes it: weight and bias
/// evenly distributed between minus and plus one over the root of the input's width.
struct AttachedLinear {
  let weight, bias: Parameter

  init(
    _ name: String, _ inputSize: Int, _ outputSize: Int, isZero: Bool = false,
    to store: ParameterStore, _ scope: AttachmentScope
  ) throws {
    let initial: Initializer =
      isZero ? .zeros : .uniform(bound: 1 / Double(inputSize).squareRoot())
    weight = try scope.attach("\(name).weight", initial, [outputSize, inputSize], to: store)
    bias = try scope.attach("\(name).bias", initial, [outputSize], to: store)
  }

  var parameters: [Parameter] { [weight, bias] }

  func callAsFunction(_ input: Tensor) throws -> Tensor {
    try input.linear(weight: weight.value, bias: bias.value)
  }
}
