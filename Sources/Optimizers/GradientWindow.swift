public import Layers
public import Torch

/// Gradients that add up over the micro-batches of one optimiser step, in fp32 whatever the model
/// computes in.
public final class GradientWindow {
  private let parameters: [Parameter]
  private let adds: Bool
  private var sums: [Tensor?]

  /// Makes an empty window.
  ///
  /// - Parameters:
  ///   - parameters: Those whose gradients add up.
  ///   - microbatches: How many will be added; a single one is not copied.
  public init(_ parameters: [Parameter], microbatches: Int) {
    self.parameters = parameters
    // libtorch adds gradients up in the compute type, which is enough only when that is fp32.
    adds = microbatches > 1 && parameters.contains(where: \.hasComputeCopy)
    sums = [Tensor?](repeating: nil, count: parameters.count)
  }

  /// Takes the gradients of a micro-batch after its backward pass.
  public func add() throws {
    guard adds else { return }
    for (index, parameter) in parameters.enumerated() {
      guard let gradient = parameter.value.accumulatedGradient else { continue }
      switch sums[index] {
      case nil: sums[index] = try gradient.to(.float32)
      // A table whose rows were looked up in one micro-batch, and that was used whole in another.
      case let sum? where sum.holdsRows && !gradient.holdsRows:
        let whole = try gradient.to(.float32)
        try whole.accumulate(sum)
        sums[index] = whole
      case let sum?: try sum.accumulate(gradient)
      }
      try parameter.value.setGradient(nil)
    }
  }

  /// The sums; nil for a parameter that the loss did not depend on.
  ///
  /// Those of a table may hold only the rows that were looked up.
  public func gradients() -> [Tensor?] {
    adds ? sums : parameters.map(\.value.accumulatedGradient)
  }

  /// Lets parameters have their gradients of the whole window, as the optimiser saw them: for what
  /// looks at them after the step.
  ///
  /// - Parameters:
  ///   - some: Which; those that the window does not hold are left out.
  ///   - scale: What the optimiser multiplied gradients with.
  /// - Throws: `TorchError` when memory does not suffice.
  public func giveBack(to some: [Parameter], scale: Double) throws {
    guard adds || scale != 1 else { return }
    let names = Set(some.map(\.name))
    for (parameter, gradient) in zip(parameters, gradients()) where names.contains(parameter.name) {
      guard let gradient else { continue }
      try withoutGradients {
        try parameter.value.setGradient((gradient * scale).to(parameter.value.dataType))
      }
    }
  }

  /// Frees the gradients for the next step.
  public func clear() throws {
    for index in sums.indices { sums[index] = nil }
    for parameter in parameters { try parameter.value.setGradient(nil) }
  }
}

/// The Euclidean norm over all gradients together, and the factor that clips it.
public struct GradientNorm: Sendable {
  /// The norm before clipping; not finite when a gradient is not.
  public let value: Double

  /// Measures gradients in one pass.
  public init(_ gradients: [Tensor?]) throws {
    value = try sumOfSquares(gradients.compactMap { $0 }).squareRoot()
  }

  /// What gradients must be multiplied with to have at most this norm; 1 when they have, or no
  /// limit is set.
  ///
  /// The small constant is PyTorch's (`clip_grad_norm_`).
  public func factor(clippingTo maximum: Double?) -> Double {
    guard let maximum else { return 1 }
    return min(1, maximum / (value + 1e-6))
  }
}
