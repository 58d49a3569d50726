public import Layers

/// How trained keys and values stand before those of every text.
public struct PrefixSettings: MethodSettings {
  /// "Prefix tuning".
  public static let title = "Prefix tuning"

  /// The defaults.
  public init() {}

  /// Nothing can be wrong.
  public func validate() throws {}

  /// Refuses: it is not there yet.
  public func attach(
    to store: ParameterStore, scope: AttachmentScope
  ) throws -> any AttachedMethod {
    throw AdaptersError(.target, "Prefix tuning is not there yet.")
  }
}
