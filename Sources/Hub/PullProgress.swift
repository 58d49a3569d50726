import Synchronization

/// How far a pull is.
public struct PullProgress: Sendable, Equatable {
  /// The files that are wanted.
  public var files = 0
  /// Those of them that are here.
  public var filesDone = 0
  /// The bytes of all wanted files, as far as their sizes are known.
  public var bytes = 0
  /// The bytes that are here, those of earlier pulls included.
  public var bytesDone = 0
  /// The bytes that were here before this pull.
  public var bytesBefore = 0
}

/// What a pull tells while it runs.
public enum PullEvent: Sendable, Equatable {
  /// How far it is.
  case progress(PullProgress)
  /// A sentence that a person should read: a wait, a file that is begun again, a copy that may be
  /// old.
  case note(String)
}

/// Adds up what the downloads of one pull tell.
final class PullMonitor: Sendable {
  private let progress = Mutex(PullProgress())
  private let receive: @Sendable (PullEvent) -> Void

  init(_ receive: @escaping @Sendable (PullEvent) -> Void) {
    self.receive = receive
  }

  /// Changes the numbers and tells them.
  func update(_ change: @Sendable (inout PullProgress) -> Void) {
    // Told inside the lock, so that numbers never arrive in the wrong order.
    progress.withLock { progress in
      change(&progress)
      receive(.progress(progress))
    }
  }

  /// Tells a sentence.
  func note(_ text: String) { receive(.note(text)) }
}
