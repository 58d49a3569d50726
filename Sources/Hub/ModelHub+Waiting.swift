import Dispatch
import Synchronization

extension ModelHub {
  /// Makes sure that a model is here, for a program that has nothing else to do meanwhile.
  ///
  /// It does what ``pull(_:_:receive:)`` does. It must not be called from within a task: it keeps the
  /// calling thread.
  ///
  /// - Parameters:
  ///   - model: The model and its revision.
  ///   - choice: The files that are wanted.
  ///   - isCancelled: Is asked about ten times a second whether to give up.
  ///   - receive: Is told of progress, on the calling thread, about ten times a second.
  /// - Returns: The model, all of whose wanted files are visible.
  /// - Throws: ``HubError``; `CancellationError` when it was given up.
  public func pullAndWait(
    _ model: ModelReference, _ choice: FileChoice = .needed, isCancelled: () -> Bool = { false },
    receive: (PullEvent) -> Void = { _ in }
  ) throws -> PulledModel {
    let mailbox = Mailbox()
    let task = Task.detached {
      let outcome: Result<PulledModel, any Error>
      do {
        outcome = .success(try await pull(model, choice, receive: mailbox.put))
      } catch {
        outcome = .failure(error)
      }
      mailbox.end(outcome)
    }
    while true {
      let outcome = mailbox.wait()
      for event in mailbox.take() { receive(event) }
      if let outcome { return try outcome.get() }
      if isCancelled() { task.cancel() }
    }
  }
}

/// What a pull has told and nobody has looked at yet.
private final class Mailbox: Sendable {
  private struct State {
    var notes: [PullEvent] = []
    var progress: PullEvent?
    var outcome: Result<PulledModel, any Error>?
  }

  private let state = Mutex(State())
  private let ended = DispatchSemaphore(value: 0)

  /// Adds what is told; of numbers only the latest matter.
  func put(_ event: PullEvent) {
    state.withLock { state in
      if case .progress = event { state.progress = event } else { state.notes.append(event) }
    }
  }

  func end(_ outcome: Result<PulledModel, any Error>) {
    state.withLock { $0.outcome = outcome }
    ended.signal()
  }

  /// Waits for the end, but not for long; nil when it has not come.
  func wait() -> Result<PulledModel, any Error>? {
    _ = ended.wait(timeout: .now() + .milliseconds(100))
    return state.withLock { $0.outcome }
  }

  func take() -> [PullEvent] {
    state.withLock { state in
      defer {
        state.notes = []
        state.progress = nil
      }
      return state.notes + [state.progress].compactMap(\.self)
    }
  }
}
