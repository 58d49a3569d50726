internal import Synchronization

/// Lets a signal handler or another thread ask a run to stop at the next safe place.
public final class RunControl: Sendable {
  private let asked = Atomic(false)

  /// Makes a control that asks for nothing.
  public init() {}

  /// Asks the run to store its state and end.
  public func interrupt() {
    asked.store(true, ordering: .relaxed)
  }

  /// Whether the run was asked to end.
  public var isInterrupted: Bool { asked.load(ordering: .relaxed) }
}
