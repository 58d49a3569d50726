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

  /// The layers' results side by side; nil when gradients are recorded, the weights are trained, or
  /// nothing is gained: the caller then computes them the common way.
  func callAsFunction(
    _ input: Tensor, withBias: Bool, epilogue: DenseEpilogue = .none
  ) throws -> Tensor? {
    guard !isRecordingGradients, weights.allSatisfy(\.isFixed) else { return nil }
    let current = try preparation()
    guard let weights = current.weights else { return nil }
    return try weights(input, bias: withBias ? current.bias : nil, epilogue: epilogue)
  }

  private func preparation() throws -> Prepared {
    let revisions = weights.map(\.revision) + biases.map { $0?.revision ?? 0 }
    if let prepared, prepared.revisions == revisions { return prepared }
    let made = Prepared(
      revisions: revisions, weights: try LaidOutWeights(weights.map(\.value)), bias: try bias())
    prepared = made
    return made
  }

  /// All biases in fp32, zeros for a layer without; nil when none has one.
  private func bias() throws -> Tensor? {
    guard biases.contains(where: { $0 != nil }) else { return nil }
    return try Tensor.concatenated(
      zip(weights, biases).map { weight, bias in
        try bias?.value.to(.float32) ?? Tensor.zeros([weight.shape[0]], .float32)
      })
  }
}
