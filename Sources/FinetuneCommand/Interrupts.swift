import Dispatch
import Finetune
import Foundation
import Synchronization

/// Turns Ctrl-C and a kind `kill` into a stored state and a clean end; a second one ends at once.
final class Interrupts {
  private var sources: [any DispatchSourceSignal] = []

  init(_ control: RunControl) {
    let count = Counter()
    for number in [SIGINT, SIGTERM, SIGHUP] {
      _ = signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if count.next() > 1 { Foundation.exit(130) }
        control.interrupt()
        Screen.note(
          "\nInterrupted: the state of the run is stored after this step. Once more ends at once.")
      }
      source.resume()
      sources.append(source)
    }
  }

  private final class Counter: Sendable {
    private let value = Atomic(0)
    func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).newValue }
  }
}
