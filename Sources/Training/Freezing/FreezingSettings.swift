public import Optimizers

/// What of a model is trained, when not all of it is, and when.
///
/// Nothing is computed for what is frozen: no gradients, no moments, no activations. What no
/// checkpoint gave, such as a new head, is trained unless ``frozen`` names it.
///
/// Patterns are regular expressions that may match anywhere in a parameter's name, or one of the
/// words `embeddings`, `norms`, `biases` and `head` (all that follows the last layer), which mean the
/// same in every family.
public struct FreezingSettings: CheckedConfiguration {
  /// How many layers are trained, counted from the top; nil, the default, is all.
  ///
  /// With a number, what follows the layers is trained too, and the embeddings are not.
  public var topLayers: Int?
  /// Patterns of parameters that are not trained; none by default.
  public var frozen: [String]
  /// Patterns of parameters that are trained whatever else says that they are not; none by default.
  ///
  /// Without ``topLayers`` and ``frozen`` nothing else is trained.
  public var trainable: [String]
  /// Whether layers join in one after another, from the top down; nil, the default, trains all from
  /// the start.
  public var gradual: GradualUnfreezing?

  /// Makes the settings; the default freezes nothing.
  public init(
    topLayers: Int? = nil, frozen: [String] = [], trainable: [String] = [],
    gradual: GradualUnfreezing? = nil
  ) {
    self.topLayers = topLayers
    self.frozen = frozen
    self.trainable = trainable
    self.gradual = gradual
  }

  /// Whether everything is trained from the first step on.
  public var isEmpty: Bool { self == FreezingSettings() }

  /// Everything that is wrong with the value; empty when it can be used.
  public var problems: [ConfigurationProblem] {
    var checks = ConfigurationChecks()
    if let topLayers { checks.atLeast(0, topLayers, "topLayers") }
    for (key, patterns) in [("frozen", frozen), ("trainable", trainable)] {
      for pattern in patterns {
        checks.require(!pattern.isEmpty, key, "holds an empty pattern; name parameters or leave it")
        checks.require(
          (try? Regex(pattern)) != nil, key, "holds '\(pattern)', which is no regular expression")
      }
    }
    if let gradual { checks.include(gradual, as: "gradual") }
    return checks.problems
  }
}

/// Layers that join in one after another, from the top down (Howard and Ruder 2018,
/// arXiv:1801.06146): each begins with moments of its own.
public struct GradualUnfreezing: CheckedConfiguration {
  /// When the next layers join in: after each epoch by default, or after each so many steps.
  public var every: Interval
  /// How many layers join in at once; 1 by default.
  public var layers: Int
  /// How many layers are trained from the first step on; 0 by default, which trains what follows
  /// the last layer alone, as the paper does.
  public var startLayers: Int

  /// Makes the settings; every value left out has its documented default.
  public init(every: Interval = .epoch, layers: Int = 1, startLayers: Int = 0) {
    self.every = every
    self.layers = layers
    self.startLayers = startLayers
  }

  /// Everything that is wrong with the value; empty when it can be used.
  public var problems: [ConfigurationProblem] {
    var checks = ConfigurationChecks()
    checks.require(
      every != .never, "every", "is none; it must be epoch or a number of steps")
    if case .steps(let steps) = every { checks.atLeast(1, steps, "every") }
    checks.atLeast(1, layers, "layers")
    checks.atLeast(0, startLayers, "startLayers")
    return checks.problems
  }
}
