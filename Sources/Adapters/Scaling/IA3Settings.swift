internal import Layers

/// Which layers are scaled, and on which side.
///
/// Liu et al., "Few-Shot Parameter-Efficient Fine-Tuning is Better and Cheaper than In-Context
/// Learning", 2022.
public struct IA3Settings: Sendable, Equatable {
  /// Which layers; by default those that make keys and values, and the second of feed-forward parts.
  public var modules = ModuleSelection(.roles([.key, .value, .queryKeyValue, .down]))
  /// Which of them have their input scaled, not their result (PEFT's `feedforward_modules`); by
  /// default the second layers of feed-forward parts.
  public var feedForward = ModuleTargets.roles([.down])
  /// Modules that are trained whole and saved beside, besides heads and tables with new tokens.
  public var modulesToSave: [String] = []

  /// The defaults.
  public init() {}
}

extension IA3Settings: MethodSettings {
  /// "IA³".
  public static let title = "IA³"

  /// Refuses values that cannot be.
  public func validate() throws {
    try modules.validate(Self.title)
    if case .modules(let names) = feedForward, names.isEmpty { return }
    try feedForward.validate("feedforward", of: Self.title)
    if case .modules(let scaled) = feedForward, case .modules(let all) = modules.targets {
      for name in scaled where !all.contains(name) {
        throw AdaptersError(
          .setting, "IA³: feedforward has \"\(name)\", which is not among the targets.")
      }
    }
  }
}
