public import Layers

/// P-tuning: virtual tokens stand before every text, made by a network from a table; both are
/// trained.
///
/// Liu et al., "GPT Understands, Too", 2021.
public struct PTuningSettings: MethodSettings {
  /// "P-tuning".
  public static let title = "P-tuning"

  /// The network that makes the tokens' vectors.
  public enum Encoder: String, Sendable, CaseIterable {
    /// Three dense layers, each token by itself.
    case dense = "MLP"
    /// A long short-term memory in both directions, then two dense layers.
    case recurrent = "LSTM"
  }

  /// How many virtual tokens there are.
  public var virtualTokens = 20
  /// The network.
  public var encoder = Encoder.dense
  /// Width of its middle; nil for the width of the word vectors.
  public var encoderHiddenSize: Int?
  /// Layers of the long short-term memory; the other network has always the same.
  public var encoderLayers = 2
  /// Dropout between the layers of the long short-term memory.
  public var encoderDropout = 0.0

  /// Modules that are trained whole and saved beside, besides heads and tables with new tokens, which
  /// always are.
  public var modulesToSave: [String] = []

  /// The defaults.
  public init() {}

  /// Names how many there are and what makes them.
  public init(
    virtualTokens: Int, encoder: Encoder = .dense, encoderHiddenSize: Int? = nil,
    encoderLayers: Int = 2, encoderDropout: Double = 0
  ) {
    self.virtualTokens = virtualTokens
    self.encoder = encoder
    self.encoderHiddenSize = encoderHiddenSize
    self.encoderLayers = encoderLayers
    self.encoderDropout = encoderDropout
  }

  /// Refuses values that no model could take.
  ///
  /// - Throws: ``AdaptersError``.
  public func validate() throws {
    let checks = SettingChecks(title: Self.title)
    try checks.atLeast(1, virtualTokens, "virtual_tokens")
    if let encoderHiddenSize {
      try checks.atLeast(1, encoderHiddenSize, "encoder_hidden_size")
    }
    try checks.atLeast(1, encoderLayers, "encoder_layers")
    try checks.dropout(encoderDropout)
    guard encoder == .recurrent || encoderLayers == 2 && encoderDropout == 0 else {
      throw AdaptersError(
        .setting,
        "P-tuning: encoder_layers and encoder_dropout belong to the encoder LSTM; the encoder MLP has "
          + "always the same layers. Choose LSTM, or leave them out.")
    }
  }

  /// Adds the parameters and fills the slots.
  ///
  /// - Throws: ``AdaptersError`` of code `target` when the model cannot take the method, of code
  ///   `setting` when there are more virtual tokens than positions.
  public func attach(
    to store: ParameterStore, scope: AttachmentScope
  ) throws -> any AttachedMethod {
    try PTuning(self, to: store, scope: scope)
  }
}
