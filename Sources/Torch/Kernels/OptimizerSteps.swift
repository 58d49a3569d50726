internal import CTorch

/// One parameter of a step of Adam: contiguous tensors of one shape, but for scales and rows.
public struct AdamParameter {
  /// The float32 original of the weights, moved in place.
  public var master: Tensor
  /// The mean of gradients; zeros before step 1.
  public var firstMoment: AdamMoment
  /// The mean of squared gradients, of the same type; zeros before step 1.
  public var secondMoment: AdamMoment
  /// float32, bfloat16 or float16; may hold only some rows.
  public var gradient: Tensor
  /// The weights that the model computes with, written from the master; nil when it computes with
  /// the master.
  public var copy: Tensor?
  /// Which rows have moments, as ``movedRows(_:_:)`` finds them and steps keep it up; nil reads every
  /// row.
  ///
  /// The others are passed over while they have no gradient, to the same result.
  public var movedRows: Tensor?
  /// Tells the parameter from others: with the step's number it names the random numbers that round
  /// bfloat16 moments.
  public var place: Int
  /// Weight decay of this parameter.
  public var weightDecay: Double
  /// What the step's learning rate is multiplied with for this parameter, 0 or more.
  public var rateFactor: Double
  /// Steps that were made before this parameter was among those that move: its own step, which
  /// corrects the means of its moments, counts from there.
  public var stepsBefore: Int

  /// Names the tensors of a parameter.
  public init(
    master: Tensor, firstMoment: AdamMoment, secondMoment: AdamMoment, gradient: Tensor,
    copy: Tensor? = nil, movedRows: Tensor? = nil, place: Int = 0, weightDecay: Double = 0,
    rateFactor: Double = 1, stepsBefore: Int = 0
  ) {
    self.master = master
    self.firstMoment = firstMoment
    self.secondMoment = secondMoment
    self.gradient = gradient
    self.copy = copy
    self.movedRows = movedRows
    self.place = place
    self.weightDecay = weightDecay
    self.rateFactor = rateFactor
    self.stepsBefore = stepsBefore
  }

  var cValue: ct_adam_parameter {
    unsafe ct_adam_parameter(
      master: master.handle, first_moment: firstMoment.values.handle,
      second_moment: secondMoment.values.handle, first_scales: firstMoment.scales?.handle,
      second_scales: secondMoment.scales?.handle, gradient: gradient.handle, copy: copy?.handle,
      moved_rows: movedRows?.handle, place: UInt64(place), weight_decay: weightDecay,
      rate_factor: rateFactor, steps_before: Int64(stepsBefore))
  }
}

/// The settings of one step of Adam that all parameters share.
public struct AdamStep: Sendable, Hashable {
  /// The step's learning rate.
  public var learningRate: Double
  /// Decay of the first moment.
  public var beta1: Double = 0.9
  /// Decay of the second moment.
  public var beta2: Double = 0.999
  /// Added to the square root of the second moment.
  public var epsilon: Double = 1e-8
  /// Whether decay shrinks the weights (AdamW: Loshchilov and Hutter, 2019) instead of adding to
  /// the gradient.
  public var isDecoupled: Bool = true
  /// Which step it is, counted from 1.
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
      decoupled: isDecoupled, step: Int64(step), gradient_scale: gradientScale)
  }
}

/// One step of Adam or AdamW over all parameters, in place, in one pass over memory that all
/// threads share; PyTorch's formula.
///
/// - Parameters:
///   - parameters: What is moved; none is when one of them does not fit.
///   - settings: Rates and the step's number.
/// - Throws: ``TorchError`` when tensors do not fit.
public func adamStep(_ parameters: [AdamParameter], settings: AdamStep) throws {
  let values = unsafe parameters.map { unsafe $0.cValue }
  // The tensors must outlive the call: the handles alone do not keep them.
  try withExtendedLifetime(parameters) {
    try unsafe check(ct_adam_step(values, values.count, settings.cValue))
  }
}

/// Which rows of a parameter have a moment that is not 0, for ``AdamParameter/movedRows``: uint8
/// `[rows]`.
///
/// - Throws: ``TorchError`` when the moments are not of one shape, or are codes.
public func movedRows(_ firstMoment: AdamMoment, _ secondMoment: AdamMoment) throws -> Tensor {
  try unsafe Tensor(
    adopting: ct_moved_rows(firstMoment.values.handle, secondMoment.values.handle))
}

/// One parameter of a step of SGD: contiguous tensors of one shape.
public struct SGDParameter {
  /// The float32 original of the weights, moved in place.
  public var master: Tensor
  /// float32; needed when the momentum is not 0.
  public var velocity: Tensor?
  /// float32, bfloat16 or float16; may hold only some rows.
  public var gradient: Tensor
  /// The weights that the model computes with, written from the master; nil when it computes with
  /// the master.
  public var copy: Tensor?
  /// Weight decay of this parameter, added to the gradient.
  public var weightDecay: Double
  /// What the step's learning rate is multiplied with for this parameter, 0 or more.
  public var rateFactor: Double

  /// Names the tensors of a parameter.
  public init(
    master: Tensor, velocity: Tensor? = nil, gradient: Tensor, copy: Tensor? = nil,
    weightDecay: Double = 0, rateFactor: Double = 1
  ) {
    self.master = master
    self.velocity = velocity
    self.gradient = gradient
    self.copy = copy
    self.weightDecay = weightDecay
    self.rateFactor = rateFactor
  }

  var cValue: ct_sgd_parameter {
    unsafe ct_sgd_parameter(
      master: master.handle, momentum_buffer: velocity?.handle, gradient: gradient.handle,
      copy: copy?.handle, weight_decay: weightDecay, rate_factor: rateFactor)
  }
}

/// The settings of one step of stochastic gradient descent that all parameters share.
public struct SGDStep: Sendable, Hashable {
  /// The step's learning rate.
  public var learningRate: Double
  /// Factor of the velocity that is kept; 0 for none.
  public var momentum: Double = 0
  /// Share of the gradient that the velocity leaves out.
  public var dampening: Double = 0
  /// Whether the step looks ahead (Nesterov).
  public var isNesterov: Bool = false
  /// Whether it is the first step, which starts the velocity at the gradient.
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
      learning_rate: learningRate, momentum: momentum, dampening: dampening, nesterov: isNesterov,
      first_step: isFirst, gradient_scale: gradientScale)
  }
}

/// One step of SGD over all parameters, in place, in one pass over memory that all threads share;
/// PyTorch's formula.
///
/// - Parameters:
///   - parameters: What is moved; none is when one of them does not fit.
///   - settings: Rates and momentum.
/// - Throws: ``TorchError`` when tensors do not fit.
public func sgdStep(_ parameters: [SGDParameter], settings: SGDStep) throws {
  let values = unsafe parameters.map { unsafe $0.cValue }
  try withExtendedLifetime(parameters) {
    try unsafe check(ct_sgd_step(values, values.count, settings.cValue))
  }
}
