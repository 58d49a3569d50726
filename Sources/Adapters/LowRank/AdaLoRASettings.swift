internal import Layers

/// How thin matrices are trained whose ranks the training shares out among the layers.
///
/// Zhang et al., "AdaLoRA: Adaptive Budget Allocation for Parameter-Efficient Fine-Tuning", 2023. The
/// defaults are PEFT's.
public struct AdaLoRASettings: Sendable, Equatable {
  /// Rank of each layer at the start; by default 12.
  public var initialRank = 12
  /// Mean rank of the layers at the end; by default 8.
  public var targetRank = 8
  /// Steps before ranks begin to fall (PEFT's `tinit`); by default 0.
  public var warmupSteps = 0
  /// Last steps, in which ranks stay as they are (PEFT's `tfinal`); by default 0.
  public var finalSteps = 0
  /// Steps between two times that ranks are shared out (PEFT's `deltaT`); by default 1.
  public var interval = 1
  /// How much of the mean of sensitivities a step keeps; by default 0.85.
  public var beta1 = 0.85
  /// How much of the mean of their uncertainty a step keeps; by default 0.85.
  public var beta2 = 0.85
  /// Weight of the term that keeps the thin matrices' rows orthogonal; by default 0.5.
  public var orthogonality = 0.5
  /// Steps of the whole training; nil for as many as the trainer says that there are.
  public var totalSteps: Int?
  /// The change is multiplied with `alpha / initialRank`; by default 8.
  public var alpha = 8.0
  /// Share of a layer's input that the thin matrices do not see while training; by default 0.
  public var dropout = 0.0
  /// Which layers; by default those that make queries and values.
  public var modules = ModuleSelection()
  /// Which biases of the model are trained too; by default none.
  public var bias = BiasTraining.none
  /// Modules that are trained whole and saved beside, besides heads and tables with new tokens.
  public var modulesToSave: [String] = []

  /// The defaults.
  public init() {}
}

extension AdaLoRASettings: MethodSettings {
  /// "AdaLoRA".
  public static let title = "AdaLoRA"

  /// Refuses values that cannot be.
  public func validate() throws {
    let checks = SettingChecks(title: Self.title)
    try checks.atLeast(1, initialRank, "initial_rank")
    try checks.atLeast(1, targetRank, "target_rank")
    guard targetRank <= initialRank else {
      throw AdaptersError(
        .setting,
        "AdaLoRA: target_rank is \(targetRank) and initial_rank \(initialRank); ranks can only fall."
      )
    }
    try checks.atLeast(0, warmupSteps, "warmup_steps")
    try checks.atLeast(0, finalSteps, "final_steps")
    try checks.atLeast(1, interval, "interval")
    try checks.inside(beta1, "beta1")
    try checks.inside(beta2, "beta2")
    try checks.notNegative(orthogonality, "orthogonality")
    try checks.positive(alpha, "alpha")
    try checks.dropout(dropout)
    try modules.validate(Self.title)
    if let totalSteps { try checkSchedule(of: totalSteps) }
  }

  /// Refuses a schedule that leaves no steps in which ranks could fall.
  func checkSchedule(of total: Int) throws {
    guard warmupSteps < total - finalSteps else {
      throw AdaptersError(
        .setting,
        "AdaLoRA: of \(total) steps \(warmupSteps) are warmup_steps and \(finalSteps) final_steps: "
          + "none is left in which ranks could fall. Lower one of the two.")
    }
  }
}
