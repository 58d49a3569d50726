public import Layers

/// How small feed-forward parts stand in every layer.
public struct BottleneckSettings: MethodSettings {
  /// "Bottleneck adapters".
  public static let title = "Bottleneck adapters"

  /// The defaults.
  public init() {}

  /// Nothing can be wrong.
  public func validate() throws {}

  /// Refuses: they are not there yet.
  public func attach(
    to store: ParameterStore, scope: AttachmentScope
  ) throws -> any AttachedMethod {
    throw AdaptersError(.target, "Bottleneck adapters are not there yet.")
  }
}
