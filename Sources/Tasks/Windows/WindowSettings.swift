/// How a text that is longer than a model reads at once is cut into windows.
public struct WindowSettings: Codable, Sendable, Equatable {
  /// Tokens of a window at most, special ones and a text that is not cut included.
  public var length: Int
  /// Tokens of text that a window shares with the one before it: Transformers' `stride`.
  ///
  /// What stands at the end of one window then stands with what follows it in the next.
  public var overlap: Int

  /// Makes settings.
  public init(length: Int, overlap: Int) {
    self.length = length
    self.overlap = overlap
  }

  /// Refuses values that make no windows.
  ///
  /// - Throws: ``TasksError``.
  public func validate() throws {
    guard length >= 1 else {
      throw TasksError(
        .setting, "The length of windows is \(length) tokens; it must be at least 1.")
    }
    guard overlap >= 0, overlap < length else {
      throw TasksError(
        .setting,
        "Windows of \(length) tokens share \(overlap); that must be at least 0 and less than the "
          + "length.")
    }
  }
}
