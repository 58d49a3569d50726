import Dispatch
import Finetune
import Foundation
import Synchronization

/// Turns Ctrl-C and a kind `kill` into a clean end; a second one ends at once.
final class Interrupts {
  private var sources: [any DispatchSourceSignal] = []
  private let first = Atomic<Int32>(0)

  /// The exit status that tells which signal ended the program, as shells count them.
  var status: ExitStatus { ExitStatus(signal: first.load(ordering: .relaxed)) }

  /// Begins to listen.
  ///
  /// - Parameters:
  ///   - control: What is asked to end.
  ///   - start: The moment before which nothing is on the disk, and the program ends at once.
  ///   - message: What a person is told when it does not end at once.
  init(_ control: RunControl, before start: RunStart? = nil, message: String? = nil) {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      _ = signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [self] in
        receive(number, control, start, message)
      }
      source.resume()
      sources.append(source)
    }
  }

  private func receive(
    _ number: Int32, _ control: RunControl, _ start: RunStart?, _ message: String?
  ) {
    let status = ExitStatus(signal: number).code
    let isFirst = first.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged
    guard isFirst else {
      Screen.interruption("Interrupted again: ended at once.")
      // Not exit: handlers that run at exit would meet threads that still compute.
      _exit(status)
    }
    start?.beforeIt {
      Screen.interruption("Interrupted before the first step; nothing was written.")
      _exit(status)
    }
    control.interrupt()
    if let message { Screen.interruption(message) }
  }
}

/// The exit status of a program that a signal ended.
struct ExitStatus {
  let code: Int32

  init(signal: Int32) {
    code = 128 + (signal == 0 ? SIGINT : signal)
  }
}
