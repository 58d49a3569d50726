internal import Dispatch
internal import Synchronization

/// Work on many items that several threads share, chunk by chunk.
enum ParallelChunks {
  /// Hands chunks of items to threads, each with a state of its own, and gives back the states.
  ///
  /// Which thread gets which chunk is left to chance: what is made of the states must not depend
  /// on it.
  static func run<State: Sendable>(
    _ count: Int, chunk: Int, threads: Int, state: State,
    _ body: @Sendable (Range<Int>, inout State) -> Void
  ) -> [State] {
    let chunks = (count + chunk - 1) / chunk
    let next = Atomic(0)
    let states = Mutex<[State]>([])
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, chunks))) { _ in
      var state = state
      while true {
        let first = next.wrappingAdd(1, ordering: .relaxed).oldValue * chunk
        if first >= count { break }
        body(first..<min(first + chunk, count), &state)
      }
      states.withLock { $0.append(state) }
    }
    return states.withLock { $0 }
  }
}
