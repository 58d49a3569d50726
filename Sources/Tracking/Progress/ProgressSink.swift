/// Where progress is shown; only a command knows its terminal.
public struct ProgressSink: Sendable {
  /// Shows text as it is, control characters included.
  public let write: @Sendable (String) -> Void
  /// Whether the text is seen on a terminal that can redraw a line.
  public let isTerminal: Bool
  /// The terminal's columns now; asked before each drawing.
  public let width: @Sendable () -> Int

  /// Makes a sink.
  public init(
    isTerminal: Bool, width: @escaping @Sendable () -> Int = { 80 },
    write: @escaping @Sendable (String) -> Void
  ) {
    self.write = write
    self.isTerminal = isTerminal
    self.width = width
  }
}
