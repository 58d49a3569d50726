internal import Torch

/// The product of one or several dense layers of one input while nothing is learnt: the weights are
/// laid out for the processor once, not at every call.
final class InferenceProduct {
  private let weights: [Parameter]
  private let biases: [Parameter?]
  private var prepared: Prepared?

  private struct Prepared {
    let revisions: [Int]
    let weights: LaidOutWeights?
    let bias: Tensor?
  }

  init(_ layers: [(weight: Parameter, bias: Parameter?)]) {
    weights = layers.map(\.weight)
    biases = layers.map(\.bias)
  }

  /// The layers' results side by side, with the biases given and low-rank terms; nil as in the other
  /// form.
  func callAsFunction(
    _ input: Tensor, _ layers: [DenseOperand], epilogue: DenseEpilogue = .none
  ) throws -> Tensor? {
    guard canPrepare else { return nil }
    guard let weights = try preparation().weights else { return nil }
    return try weights(input, layers, bias: Self.joined(layers), epilogue: epilogue)
  }

  /// All biases in fp32, zeros for a layer without; nil when none has one.
  private static func joined(_ layers: [DenseOperand]) throws -> Tensor? {
    guard layers.contains(where: { $0.bias != nil }) else { return nil }
    return try Tensor.concatenated(
      layers.map { try $0.bias?.to(.float32) ?? Tensor.zeros([$0.weight.shape[0]], .float32) })
  }

  /// The layers' results side by side; nil when gradients are recorded, the weights are trained, or
  /// nothing is gained: the caller then computes them the common way.
  func callAsFunction(
    _ input: Tensor, withBias: Bool, epilogue: DenseEpilogue = .none
  ) throws -> Tensor? {
    guard canPrepare else { return nil }
    let current = try preparation()
    guard let weights = current.weights else { return nil }
    return try weights(input, bias: withBias ? current.bias : nil, epilogue: epilogue)
  }

  /// Whether what is laid out stays good, and is not what few bits were to save.
  private var canPrepare: Bool {
    !isRecordingGradients && weights.allSatisfy { $0.isFixed && $0.quantized == nil }
  }

  private func preparation() throws -> Prepared {
    let revisions = weights.map(\.revision) + biases.map { $0?.revision ?? 0 }
    if let prepared, prepared.revisions == revisions { return prepared }
    let made = Prepared(
      revisions: revisions, weights: try LaidOutWeights(weights.map(\.value)), bias: try bias())
    prepared = made
    return made
  }

  private func bias() throws -> Tensor? {
    try Self.joined(
      zip(weights, biases).map { DenseOperand(weight: $0.value, bias: $1?.value) })
  }
}
