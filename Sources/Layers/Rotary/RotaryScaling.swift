/// How the angles of a rotary embedding are changed for sequences longer than those that the model
/// was first trained with: Hugging Face's `rope_scaling`.
public enum RotaryScaling: Sendable, Hashable {
  /// `default`: not at all.
  case none
  /// `linear`: all angles are divided by a factor (Chen et al., "Position Interpolation", 2023).
  case linear(factor: Double)
  /// `dynamic`: the base grows with the length of sequences that are longer than the model's
  /// maximum ("NTK-aware" scaling, by bloc97 and emozilla).
  case dynamic(factor: Double)
  /// `llama3`: angles of long wavelengths are divided, those of short ones stay.
  case llama3(Llama3RotaryScaling)
  /// `yarn`: a blend of divided and original angles, and a larger scale of the scores (Peng et al.,
  /// "YaRN", 2023).
  case yarn(YarnRotaryScaling)
}

/// The settings of Llama 3.1's scaling.
public struct Llama3RotaryScaling: Sendable, Hashable {
  /// What angles of long wavelengths are divided by (`factor`).
  public var factor: Double
  /// Wavelengths above ``originalMaximumPositions`` over this are divided (`low_freq_factor`).
  public var lowFrequencyFactor: Double
  /// Wavelengths below ``originalMaximumPositions`` over this stay (`high_freq_factor`).
  public var highFrequencyFactor: Double
  /// The longest sequence of pretraining (`original_max_position_embeddings`).
  public var originalMaximumPositions: Int

  /// Makes the settings.
  public init(
    factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double,
    originalMaximumPositions: Int
  ) {
    self.factor = factor
    self.lowFrequencyFactor = lowFrequencyFactor
    self.highFrequencyFactor = highFrequencyFactor
    self.originalMaximumPositions = originalMaximumPositions
  }
}

/// The settings of YaRN.
public struct YarnRotaryScaling: Sendable, Hashable {
  /// What the angles are divided by (`factor`); nil is the model's maximum over
  /// ``originalMaximumPositions``.
  public var factor: Double?
  /// The longest sequence of pretraining (`original_max_position_embeddings`).
  public var originalMaximumPositions: Int
  /// Pairs that turn more often than this over the original maximum stay (`beta_fast`).
  public var fastTurns: Double = 32
  /// Pairs that turn less often than this are divided (`beta_slow`).
  public var slowTurns: Double = 1
  /// What cosines and sines are multiplied by (`attention_factor`); nil follows from the factor.
  public var attentionFactor: Double?
  /// With ``allDimensionsMagnitude`` another way to the attention factor (`mscale`).
  public var magnitude: Double?
  /// With ``magnitude`` another way to the attention factor (`mscale_all_dim`).
  public var allDimensionsMagnitude: Double?
  /// Whether the blend begins and ends at whole pairs (`truncate`).
  public var truncates = true

  /// Makes settings with the paper's turns.
  public init(factor: Double? = nil, originalMaximumPositions: Int) {
    self.factor = factor
    self.originalMaximumPositions = originalMaximumPositions
  }
}
