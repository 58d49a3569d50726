/// What only Adafactor knows; the defaults are those that Transformers' trainer uses.
public struct AdafactorConfiguration: CheckedConfiguration {
  /// Whether the rate is made from the step instead of taken from the schedule; false by default.
  ///
  /// The rate is then `min(limit, 1/√step)`, with a limit of 0.01, or `1e-6 × step` while
  /// ``warmupInit`` is on.
  public var relativeStep: Bool
  /// Whether the rate is multiplied by the root mean square of the weight; false by default.
  public var scaleParameter: Bool
  /// Whether a relative step starts low and rises; false by default, needs ``relativeStep``.
  public var warmupInit: Bool
  /// The root mean square that an update is scaled down to; 1 by default.
  public var clipThreshold: Double
  /// The power of the step that makes the decay of the second moments; -0.8 by default.
  public var decayRate: Double
  /// Added to the squared gradient; 1e-30 by default, the first of the paper's pair.
  public var squaredGradientEpsilon: Double
  /// The least root mean square of a weight that counts; 1e-3 by default, the pair's second.
  public var parameterScaleEpsilon: Double
  /// Decay of a mean of updates; nil, the default, keeps no such mean and saves its memory.
  public var beta1: Double?

  /// Makes a configuration; every value left out has its documented default.
  public init(
    relativeStep: Bool = false, scaleParameter: Bool = false, warmupInit: Bool = false,
    clipThreshold: Double = 1, decayRate: Double = -0.8, squaredGradientEpsilon: Double = 1e-30,
    parameterScaleEpsilon: Double = 1e-3, beta1: Double? = nil
  ) {
    self.relativeStep = relativeStep
    self.scaleParameter = scaleParameter
    self.warmupInit = warmupInit
    self.clipThreshold = clipThreshold
    self.decayRate = decayRate
    self.squaredGradientEpsilon = squaredGradientEpsilon
    self.parameterScaleEpsilon = parameterScaleEpsilon
    self.beta1 = beta1
  }

  /// Everything that is wrong with the value; empty when it can be used.
  public var problems: [ConfigurationProblem] {
    var checks = ConfigurationChecks()
    checks.require(
      !warmupInit || relativeStep, "warmupInit",
      "needs relativeStep: set relativeStep to true, or warm up through the schedule")
    checks.positive(clipThreshold, "clipThreshold")
    checks.require(
      decayRate.isFinite && decayRate < 0, "decayRate", "is \(decayRate); it must be below 0")
    checks.positive(squaredGradientEpsilon, "squaredGradientEpsilon")
    checks.positive(parameterScaleEpsilon, "parameterScaleEpsilon")
    if let beta1 { checks.belowOne(beta1, "beta1") }
    return checks.problems
  }
}
