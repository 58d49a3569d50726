/// How parameters are moved along their gradients.
///
/// Biases and the weights of norms are never decayed, whichever optimiser is chosen, as
/// Transformers does it.
public struct OptimizerConfiguration: CheckedConfiguration {
  /// The update rule.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101).
    case adamw
    /// Adam (Kingma and Ba 2015, arXiv 1412.6980); weight decay is added to the gradient.
    case adam
    /// Gradient descent, with momentum when ``OptimizerConfiguration/momentum`` is above 0.
    case sgd
    /// Adafactor (Shazeer and Stern 2018, arXiv 1804.04235): second moments as rows and columns.
    case adafactor
  }

  /// How the moments of Adam and AdamW are stored between steps; the step itself is in fp32.
  public enum Moments: String, Codable, Sendable, CaseIterable {
    /// 8 bytes a weight for both moments.
    case fp32
    /// 4 bytes, rounded up or down by chance, so that changes too small for bf16 count in the mean.
    case bf16
    /// 2 bytes and a little: codes in blocks of 256 weights with a scale each (Dettmers et al. 2021,
    /// arXiv:2110.02861); parameters of fewer than ``fewestCoded`` weights keep fp32.
    case int8

    /// The least size of a parameter whose moments ``int8`` codes, the paper's 4096.
    public static let fewestCoded = 4096
  }

  /// The update rule; AdamW by default.
  public var kind: Kind
  /// The highest rate of the schedule, reached when warm-up ends; 5e-5 by default.
  ///
  /// Adafactor with ``AdafactorConfiguration/relativeStep`` makes its own rate and ignores this.
  public var learningRate: Double
  /// Decay of the mean of gradients, for Adam and AdamW; 0.9 by default, below 1.
  public var beta1: Double
  /// Decay of the mean of squared gradients, for Adam and AdamW; 0.999 by default, below 1.
  public var beta2: Double
  /// Added to the root of the mean of squares, for Adam and AdamW; 1e-8 by default.
  public var epsilon: Double
  /// Share of a weight that is taken away, times the learning rate, at each step.
  ///
  /// 0.01 by default for AdamW, as PyTorch has it (Transformers' trainer: 0), and 0 for the others.
  /// Adam and SGD add it to the gradient (L2), AdamW and Adafactor take it from the weight.
  public var weightDecay: Double
  /// Share of the last move that is kept, for SGD; 0 by default, as in PyTorch, below 1.
  public var momentum: Double
  /// Whether SGD looks ahead along the momentum (Nesterov); false by default, needs momentum.
  public var nesterov: Bool
  /// How the moments of Adam and AdamW are stored; fp32 by default.
  public var moments: Moments
  /// What each layer's learning rate is of the one above it, above 0 and at most 1; nil, the default,
  /// is the same rate for all.
  ///
  /// The head learns at the whole rate, the top layer at this share of it, the embeddings at the
  /// lowest (Howard and Ruder 2018, arXiv:1801.06146; Clark et al. 2020, arXiv:2003.10555).
  public var layerDecay: Double?
  /// What only Adafactor knows.
  public var adafactor: AdafactorConfiguration

  /// Makes a configuration; every value left out has its documented default, and a `weightDecay`
  /// of nil is ``defaultWeightDecay(for:)`` of the kind.
  public init(
    kind: Kind = .adamw, learningRate: Double = 5e-5, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double? = nil, momentum: Double = 0,
    nesterov: Bool = false, moments: Moments = .fp32, layerDecay: Double? = nil,
    adafactor: AdafactorConfiguration = AdafactorConfiguration()
  ) {
    self.kind = kind
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay ?? Self.defaultWeightDecay(for: kind)
    self.momentum = momentum
    self.nesterov = nesterov
    self.moments = moments
    self.layerDecay = layerDecay
    self.adafactor = adafactor
  }

  /// The weight decay of an optimiser for which none was given: 0.01 for AdamW, else 0.
  public static func defaultWeightDecay(for kind: Kind) -> Double {
    kind == .adamw ? 0.01 : 0
  }

  /// Everything that is wrong with the value; empty when it can be used.
  public var problems: [ConfigurationProblem] {
    var checks = ConfigurationChecks()
    checks.positive(learningRate, "learningRate")
    checks.belowOne(beta1, "beta1")
    checks.belowOne(beta2, "beta2")
    checks.positive(epsilon, "epsilon")
    checks.notNegative(weightDecay, "weightDecay")
    checks.belowOne(momentum, "momentum")
    checks.require(
      !nesterov || kind != .sgd || momentum > 0, "nesterov",
      "needs momentum: set momentum above 0, such as 0.9")
    checks.require(
      moments == .fp32 || kind == .adamw || kind == .adam, "moments",
      "is \(moments.rawValue), which only adamw and adam can have; set it to fp32")
    if let layerDecay {
      checks.require(
        layerDecay > 0 && layerDecay <= 1, "layerDecay",
        "is \(layerDecay); it must be above 0 and at most 1, such as 0.9")
    }
    checks.include(adafactor, as: "adafactor")
    return checks.problems
  }
}
