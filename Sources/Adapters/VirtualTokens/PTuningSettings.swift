public import Layers

/// How vectors that a network makes stand before the words of every text.
public struct PTuningSettings: MethodSettings {
  /// "P-tuning".
  public static let title = "P-tuning"

  /// The defaults.
  public init() {}

  /// Nothing can be wrong.
  public func validate() throws {}

  /// Refuses: it is not there yet.
  public func attach(
    to store: ParameterStore, scope: AttachmentScope
  ) throws -> any AttachedMethod {
    throw AdaptersError(.target, "P-tuning is not there yet.")
  }
}
