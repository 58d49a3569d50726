internal import Layers
internal import Torch

/// One step, as an update rule sees it.
struct UpdateStep {
  let learningRate: Double
  let scale: Double
  /// 1 in the first step.
  let count: Int
}

/// What one step does to one parameter.
struct Move {
  /// The parameter's place among those of the optimiser.
  let index: Int
  let parameter: Parameter
  let gradient: Tensor
  let weightDecay: Double
  /// What the step's learning rate is multiplied with.
  let rateFactor: Double
  /// Steps that were made before the parameter was among those of the optimiser.
  let stepsBefore: Int
}

/// How one optimiser moves parameters, and what it remembers between steps.
protocol UpdateRule: AnyObject {
  /// Begins to remember further parameters, whose places follow those that are known.
  func add(_ parameters: [Parameter]) throws
  func update(_ moves: [Move], _ step: UpdateStep) throws
  func state(_ parameters: [Parameter]) -> [(name: String, tensor: Tensor)]
  /// The tensors of ``state(_:)`` were overwritten.
  func stateWasRestored()
}

extension UpdateRule {
  func stateWasRestored() {}
}

extension Parameter {
  /// What the optimiser has to write back to; nil when the original is what the model computes
  /// with.
  var copyToWrite: Tensor? { hasComputeCopy ? value : nil }

  /// A tensor of zeros for the optimiser's memory, beside the original.
  func zeroState(_ shape: [Int]? = nil) throws -> Tensor {
    try Tensor.zeros(shape ?? self.shape, .float32, on: master.device)
  }
}
