internal import Layers

/// How two random matrices that all layers share are scaled.
///
/// Kopiczko et al., "VeRA: Vector-based Random Matrix Adaptation", 2023. The defaults are PEFT's.
public struct VeRASettings: Sendable, Equatable {
  /// Rows of the first shared matrix; by default 256.
  public var rank = 256
  /// Seeds the shared matrices (PEFT's `projection_prng_key`); by default 0.
  public var projectionSeed = 0
  /// Whether the shared matrices are saved; if not, they are made again from the seed; by default true.
  public var savesProjection = true
  /// Share of a layer's input that the matrices do not see while training; by default 0.
  public var dropout = 0.0
  /// What the scales of the rank begin with (PEFT's `d_initial`); by default 0.1.
  public var initialScale = 0.1
  /// Which layers; by default those that make queries and values.
  public var modules = ModuleSelection()
  /// Which biases of the model are trained too; by default none.
  public var bias = BiasTraining.none
  /// Modules that are trained whole and saved beside, besides heads and tables with new tokens.
  public var modulesToSave: [String] = []

  /// The defaults.
  public init() {}
}

extension VeRASettings: MethodSettings {
  /// "VeRA".
  public static let title = "VeRA"

  /// Refuses values that cannot be.
  public func validate() throws {
    let checks = SettingChecks(title: Self.title)
    try checks.atLeast(1, rank, "rank")
    try checks.atLeast(0, projectionSeed, "projection_seed")
    try checks.dropout(dropout)
    guard initialScale.isFinite else {
      throw AdaptersError(.setting, "VeRA: initial_scale is \(initialScale); it must be a number.")
    }
    try modules.validate(Self.title)
  }
}
