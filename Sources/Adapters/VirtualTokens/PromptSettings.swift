public import Layers

/// How trained vectors stand before the words of every text.
public struct PromptSettings: MethodSettings {
  /// "Prompt tuning".
  public static let title = "Prompt tuning"

  /// The defaults.
  public init() {}

  /// Nothing can be wrong.
  public func validate() throws {}

  /// Refuses: it is not there yet.
  public func attach(
    to store: ParameterStore, scope: AttachmentScope
  ) throws -> any AttachedMethod {
    throw AdaptersError(.target, "Prompt tuning is not there yet.")
  }
}
