/// Which biases are trained.
///
/// Ben Zaken et al., "BitFit: Simple Parameter-efficient Fine-tuning for Transformer-based Masked
/// Language-models", 2021.
public struct BitFitSettings: Sendable, Equatable {
  /// A regular expression that the whole name of a bias must match; nil for all of them.
  public var pattern: String?
  /// Modules that are trained whole and saved beside, besides heads and tables with new tokens.
  public var modulesToSave: [String] = []

  /// All biases.
  public init() {}
}

extension BitFitSettings: MethodSettings {
  /// "BitFit".
  public static let title = "BitFit"

  /// Refuses a pattern that is none.
  public func validate() throws {
    if let pattern { _ = try WholeNamePattern(pattern, key: "pattern", of: Self.title) }
  }
}
