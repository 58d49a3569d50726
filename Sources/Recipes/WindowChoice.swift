public import Tasks

/// Whether long texts are read window by window, and how.
public struct WindowChoice: Codable, Sendable, Equatable {
  /// Whether they are; false by default: they are cut, and that is told.
  public var isUsed = false
  /// How, where they are.
  public var settings = DocumentWindows()

  /// The defaults.
  public init() {}
}
