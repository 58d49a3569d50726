public import Layers

/// Prompt tuning: virtual tokens stand before every text, and their vectors alone are trained.
///
/// Lester, Al-Rfou and Constant, "The Power of Scale for Parameter-Efficient Prompt Tuning", 2021.
public struct PromptSettings: MethodSettings {
  /// "Prompt tuning".
  public static let title = "Prompt tuning"

  /// What the virtual tokens start as.
  public enum Start: Sendable, Equatable {
    /// Random numbers.
    case random
    /// The vectors of words drawn at random from the vocabulary.
    case vocabulary
    /// The vectors of a text's tokens, cut or repeated to the number that is wanted.
    case text(String)
  }

  /// How many virtual tokens there are.
  public var virtualTokens = 20
  /// What they start as.
  public var start = Start.random
  /// The name or the folder of the tokenizer that a text is cut up by; PEFT wants it named beside the
  /// text.
  public var tokenizer: String?

  /// Modules that are trained whole and saved beside, besides heads and tables with new tokens, which
  /// always are.
  public var modulesToSave: [String] = []

  /// The defaults.
  public init() {}

  /// Names how many there are and what they start as.
  public init(virtualTokens: Int, start: Start = .random, tokenizer: String? = nil) {
    self.virtualTokens = virtualTokens
    self.start = start
    self.tokenizer = tokenizer
  }

  /// Refuses values that no model could take.
  ///
  /// - Throws: ``AdaptersError``.
  public func validate() throws {
    let checks = SettingChecks(title: Self.title)
    try checks.atLeast(1, virtualTokens, "virtual_tokens")
    guard case .text(let text) = start else { return }
    guard text.contains(where: { !$0.isWhitespace }) else {
      throw AdaptersError(
        .setting, "Prompt tuning: the text that it is to start as is empty. Name one, or none.")
    }
  }

  /// Adds the parameters and fills the slots.
  ///
  /// - Throws: ``AdaptersError`` of code `target` when the model cannot take the method, of code
  ///   `setting` when there are more virtual tokens than positions.
  public func attach(
    to store: ParameterStore, scope: AttachmentScope
  ) throws -> any AttachedMethod {
    try PromptTuning(self, to: store, scope: scope)
  }
}
