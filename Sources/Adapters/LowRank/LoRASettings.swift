internal import Layers

/// How thin matrices are trained beside dense layers and tables.
///
/// Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021. The defaults are PEFT's.
public struct LoRASettings: Sendable, Equatable {
  /// Columns of the thin matrices: how much each layer can change; by default 8.
  public var rank = 8
  /// The change is multiplied with `alpha / rank`; by default 8.
  public var alpha = 8.0
  /// Share of a layer's input that the thin matrices do not see while training; by default 0.
  public var dropout = 0.0
  /// Which layers, and which tables; by default those that make queries and values.
  public var modules = ModuleSelection()
  /// Ranks of single modules, by name, ending or regular expression (PEFT's `rank_pattern`).
  public var rankPattern: [String: Int] = [:]
  /// Alphas of single modules, likewise (PEFT's `alpha_pattern`).
  public var alphaPattern: [String: Double] = [:]
  /// Whether the factor is `alpha / √rank` (Kalajdzievski, "A Rank Stabilization Scaling Factor for
  /// Fine-Tuning with LoRA", 2023); by default false.
  public var isRankStabilized = false
  /// Whether lengths of the weights' rows are trained by themselves (Liu et al., "DoRA", 2024);
  /// by default false.
  public var decomposesWeights = false
  /// Which biases of the model are trained too; by default none.
  public var bias = BiasTraining.none
  /// Whether the second thin matrix has a bias (PEFT's `lora_bias`); by default false.
  public var hasBias = false
  /// How the thin matrices begin.
  public var initialization = LoRAInitialization.uniform
  /// How many times the rate of the first thin matrix that of the second is (Hayou et al., "LoRA+",
  /// 2024); nil for one rate.
  public var learningRateRatio: Double?
  /// Modules that are trained whole and saved beside, besides heads and tables with new tokens, which
  /// always are.
  public var modulesToSave: [String] = []

  /// The defaults.
  public init() {}

  /// Names the settings that are set most often.
  public init(
    rank: Int, alpha: Double, dropout: Double = 0, targets: ModuleTargets? = nil
  ) {
    self.rank = rank
    self.alpha = alpha
    self.dropout = dropout
    if let targets { modules.targets = targets }
  }
}

/// Which of the model's own biases a method trains.
public enum BiasTraining: String, Sendable, CaseIterable {
  /// None.
  case none
  /// All.
  case all
  /// Those of the layers that the method changes: PEFT's `lora_only`, `vera_only`.
  case changed

  /// PEFT's word in the files of a method.
  func word(_ method: String) -> String { self == .changed ? "\(method)_only" : rawValue }

  /// Reads PEFT's word; nil for another.
  init?(word: String, _ method: String) {
    if word == "\(method)_only" {
      self = .changed
    } else if let named = BiasTraining(rawValue: word), named != .changed {
      self = named
    } else {
      return nil
    }
  }
}

/// How LoRA's thin matrices begin; the second one is zeros, so that the model begins as it was.
public enum LoRAInitialization: String, Sendable, CaseIterable {
  /// The first one evenly between ±1/√input, as PyTorch's dense layers: PEFT's `true`.
  case uniform
  /// The first one normal with the deviation 1/rank.
  case gaussian
}

extension LoRASettings: MethodSettings {
  /// "LoRA".
  public static let title = "LoRA"

  /// Refuses values that cannot be.
  public func validate() throws {
    let checks = SettingChecks(title: Self.title)
    try checks.atLeast(1, rank, "rank")
    try checks.positive(alpha, "alpha")
    try checks.dropout(dropout)
    try modules.validate(Self.title)
    for (pattern, rank) in rankPattern {
      _ = try WholeNamePattern(pattern, key: "rank_pattern", of: Self.title)
      try checks.atLeast(1, rank, "rank_pattern for \"\(pattern)\"")
    }
    for (pattern, alpha) in alphaPattern {
      _ = try WholeNamePattern(pattern, key: "alpha_pattern", of: Self.title)
      try checks.positive(alpha, "alpha_pattern for \"\(pattern)\"")
    }
    if let learningRateRatio { try checks.positive(learningRateRatio, "learning_rate_ratio") }
    if decomposesWeights, hasBias {
      throw AdaptersError(
        .setting, "LoRA: dora and lora_bias exclude each other: PEFT computes no bias with DoRA.")
    }
  }
}
