internal import CTorch

/// The settings of one step of Adam over one parameter.
public struct AdamStep: Sendable, Hashable {
  /// The step's learning rate.
  public var learningRate: Double
  /// Decay of the first moment.
  public var beta1: Double = 0.9
  /// Decay of the second moment.
  public var beta2: Double = 0.999
  /// Added to the square root of the second moment.
  public var epsilon: Double = 1e-8
  /// Weight decay of this parameter.
  public var weightDecay: Double = 0
  /// Whether decay shrinks the weights (AdamW: Loshchilov and Hutter, 2019) instead of adding to
  /// the gradient.
  public var isDecoupled: Bool = true
  /// Which step of this parameter it is, counted from 1.
  public var step: Int
  /// The gradient is multiplied by it as it is read: clipping, and the normalisation of an
  /// accumulation window.
  public var gradientScale: Double = 1

  /// Settings with PyTorch's defaults.
  public init(learningRate: Double, step: Int) {
    self.learningRate = learningRate
    self.step = step
  }

  var cValue: ct_adam_options {
    ct_adam_options(
      learning_rate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
      weight_decay: weightDecay, decoupled: isDecoupled, step: Int64(step),
      gradient_scale: gradientScale)
  }
}

/// One step of Adam or AdamW over one parameter, in place, in one pass over memory; PyTorch's
/// formula.
///
/// All tensors are contiguous and of one shape.
///
/// - Parameters:
///   - parameter: The float32 master weights.
///   - firstMoment: float32, zeros before step 1.
///   - secondMoment: float32, zeros before step 1.
///   - gradient: float32, bfloat16 or float16.
///   - copy: The weights that the model computes with, written from the master; nil when it
///     computes with the master.
///   - settings: Rates and the step's number.
/// - Throws: ``TorchError`` when the tensors do not fit.
public func adamStep(
  parameter: Tensor, firstMoment: Tensor, secondMoment: Tensor, gradient: Tensor, copy: Tensor?,
  settings: AdamStep
) throws {
  try unsafe check(
    ct_adam_step(
      parameter.handle, firstMoment.handle, secondMoment.handle, gradient.handle, copy?.handle,
      settings.cValue))
}

/// The settings of one step of stochastic gradient descent over one parameter.
public struct SGDStep: Sendable, Hashable {
  /// The step's learning rate.
  public var learningRate: Double
  /// Factor of the velocity that is kept; 0 for none.
  public var momentum: Double = 0
  /// Share of the gradient that the velocity leaves out.
  public var dampening: Double = 0
  /// Weight decay of this parameter, added to the gradient.
  public var weightDecay: Double = 0
  /// Whether the step looks ahead (Nesterov).
  public var isNesterov: Bool = false
  /// Whether it is this parameter's first step, which starts the velocity at the gradient.
  public var isFirst: Bool
  /// The gradient is multiplied by it as it is read.
  public var gradientScale: Double = 1

  /// Settings with PyTorch's defaults.
  public init(learningRate: Double, isFirst: Bool) {
    self.learningRate = learningRate
    self.isFirst = isFirst
  }

  var cValue: ct_sgd_options {
    ct_sgd_options(
      learning_rate: learningRate, momentum: momentum, dampening: dampening,
      weight_decay: weightDecay, nesterov: isNesterov, first_step: isFirst,
      gradient_scale: gradientScale)
  }
}

/// One step of SGD over one parameter, in place, in one pass over memory; PyTorch's formula.
///
/// - Parameters:
///   - parameter: The float32 master weights.
///   - velocity: float32; needed when the momentum is not 0.
///   - gradient: float32, bfloat16 or float16.
///   - copy: The weights that the model computes with, written from the master; nil when it
///     computes with the master.
///   - settings: Rates and momentum.
/// - Throws: ``TorchError`` when the tensors do not fit.
public func sgdStep(
  parameter: Tensor, velocity: Tensor?, gradient: Tensor, copy: Tensor?, settings: SGDStep
) throws {
  try unsafe check(
    ct_sgd_step(
      parameter.handle, velocity?.handle, gradient.handle, copy?.handle, settings.cValue))
}

/// The sum of squares over all gradients, in float64: the square of their global norm.
///
/// It does not depend on the number of threads; it is not finite exactly when a gradient holds NaN
/// or infinity.
///
/// - Throws: ``TorchError`` when a tensor is not of a floating type.
public func sumOfSquares(_ gradients: [Tensor]) throws -> Double {
  var result = 0.0
  let handles = unsafe gradients.map { unsafe Optional($0.handle) }
  // The tensors must outlive the call: the handles alone do not keep them.
  try withExtendedLifetime(gradients) {
    try unsafe check(ct_sum_of_squares(handles, handles.count, &result))
  }
  return result
}

extension Tensor {
  /// Adds a gradient of any floating type, times a factor, to this float32 tensor, in place.
  ///
  /// - Throws: ``TorchError`` when shapes or element types do not fit.
  public func accumulate(_ gradient: Tensor, scale: Double = 1) throws {
    try unsafe check(ct_accumulate(handle, gradient.handle, scale))
  }

  /// Overwrites this tensor with another of its shape, rounding to this one's element type.
  ///
  /// - Throws: ``TorchError`` when shapes or element types do not fit.
  public func castCopy(from source: Tensor) throws {
    try unsafe check(ct_cast_copy(handle, source.handle))
  }
}
