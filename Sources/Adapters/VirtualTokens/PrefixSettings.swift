public import Layers

/// Prefix tuning: every attention sees keys and values besides those of the text, and these alone
/// are trained.
///
/// Li and Liang, "Prefix-Tuning: Optimizing Continuous Prompts for Generation", 2021. Without
/// ``isReparameterized`` it is P-tuning v2 (Liu et al., 2021).
public struct PrefixSettings: MethodSettings {
  /// "Prefix tuning".
  public static let title = "Prefix tuning"

  /// How many keys and values each attention gets.
  public var virtualTokens = 20
  /// Whether a network of two layers makes the keys and values from a smaller table while training,
  /// which steadies it; what it makes is what is stored.
  public var isReparameterized = false
  /// Width of that network's middle; nil for the width of an attention's keys.
  public var encoderHiddenSize: Int?
  /// Whether the keys and values start as zeros, in place of random numbers.
  public var startsAtZero = false

  /// Modules that are trained whole and saved beside, besides heads and tables with new tokens, which
  /// always are.
  public var modulesToSave: [String] = []

  /// The defaults.
  public init() {}

  /// Names how many there are and whether a network makes them.
  public init(
    virtualTokens: Int, isReparameterized: Bool = false, encoderHiddenSize: Int? = nil,
    startsAtZero: Bool = false
  ) {
    self.virtualTokens = virtualTokens
    self.isReparameterized = isReparameterized
    self.encoderHiddenSize = encoderHiddenSize
    self.startsAtZero = startsAtZero
  }

  /// Refuses values that no model could take.
  ///
  /// - Throws: ``AdaptersError``.
  public func validate() throws {
    let checks = SettingChecks(title: Self.title)
    try checks.atLeast(1, virtualTokens, "virtual_tokens")
    guard let encoderHiddenSize else { return }
    guard isReparameterized else {
      throw AdaptersError(
        .setting,
        "Prefix tuning: encoder_hidden_size is the width of the network that makes the prefix, and "
          + "without reparameterization there is none. Turn it on, or leave the width out.")
    }
    try checks.atLeast(1, encoderHiddenSize, "encoder_hidden_size")
  }

  /// Adds the parameters and fills the slots.
  ///
  /// - Throws: ``AdaptersError`` of code `target` when the model cannot take the method, of code
  ///   `setting` when there are more virtual tokens than positions.
  public func attach(
    to store: ParameterStore, scope: AttachmentScope
  ) throws -> any AttachedMethod {
    try PrefixTuning(self, to: store, scope: scope)
  }
}
