internal import Synchronization

/// The moment from which a run has something to store: before it nothing is on the disk, and a run
/// may end at once.
public final class RunStart: Sendable {
  private let hasBegun = Mutex(false)

  /// A run that has not begun.
  public init() {}

  /// Calls `body` when the run has not begun; the run cannot begin meanwhile.
  public func beforeIt(_ body: () -> Void) {
    hasBegun.withLock { begun in
      if !begun { body() }
    }
  }

  /// Says that the run begins to write.
  func begin() {
    hasBegun.withLock { $0 = true }
  }
}

/// Work that ended because it was asked to.
public struct Interrupted: Error, Sendable, CustomStringConvertible {
  /// Makes the error.
  public init() {}

  /// A sentence.
  public var description: String { "Interrupted." }
}
