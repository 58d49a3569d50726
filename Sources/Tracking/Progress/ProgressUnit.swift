/// What is counted while progress is shown.
public enum ProgressUnit: Sendable {
  /// Steps of work.
  case steps
  /// Bytes of a transfer.
  case bytes
}
