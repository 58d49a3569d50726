import Synchronization

/// Notes the waits that were asked for, and waits for none of them.
final class Waits: Sendable {
  private let waits = Mutex<[Duration]>([])

  var all: [Duration] { waits.withLock { $0 } }

  var sleep: @Sendable (Duration) async throws -> Void {
    { wait in self.waits.withLock { $0.append(wait) } }
  }
}
