import Finetune
import Foundation

/// The lines of standard input as they come, strictly UTF-8.
struct TextLines {
  /// Standard input cannot be read, or is not text.
  struct InputError: LocalizedError {
    let errorDescription: String?
  }

  private var pending: [UInt8] = []
  private var scanned = 0
  private var number = 0
  private var hasEnded = false
  private let control: RunControl

  /// Reads nothing yet.
  ///
  /// - Parameter control: Lets a signal end the wait for a line.
  init(control: RunControl) {
    self.control = control
  }

  /// The next line without its end; nil after the last.
  ///
  /// - Throws: ``InputError``, or `Interrupted`.
  mutating func next() throws -> String? {
    while true {
      if let end = pending[scanned...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(pending[scanned..<end])
        scanned = end + 1
        return try text(line)
      }
      if hasEnded {
        let line = Array(pending[scanned...])
        scanned = pending.count
        return line.isEmpty ? nil : try text(line)
      }
      try read()
    }
  }

  /// Whether a whole line is here already.
  var isReady: Bool { pending[scanned...].contains(UInt8(ascii: "\n")) }

  private mutating func text(_ line: [UInt8]) throws -> String {
    number += 1
    var line = line
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    guard let text = String(validating: line, as: UTF8.self) else {
      throw InputError(
        errorDescription: "Standard input, line \(number): not UTF-8. Convert it (for example: "
          + "iconv -f WINDOWS-1252 -t UTF-8).")
    }
    return text
  }

  private mutating func read() throws {
    pending.removeFirst(scanned)
    scanned = 0
    try wait()
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe Foundation.read(STDIN_FILENO, bytes.baseAddress, bytes.count)
    }
    if count < 0 {
      if errno == EINTR || errno == EAGAIN { return }
      let reason = errno == EBADF ? "it is closed" : "error \(errno)"
      throw InputError(
        errorDescription: "Standard input cannot be read: \(reason). Give a file or a sentence.")
    }
    hasEnded = count == 0
    pending += buffer[..<count]
  }

  /// Waits for input, and looks now and then whether it is to end.
  private func wait() throws {
    var entry = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    while true {
      if control.isInterrupted { throw Interrupted() }
      // A signal ends the wait with an error, and is looked at above.
      let ready = unsafe poll(&entry, 1, 100)
      if ready > 0 || (ready < 0 && errno != EINTR) { return }
    }
  }
}
