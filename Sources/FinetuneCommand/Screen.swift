import Finetune
import Foundation

/// What the program writes to: results on standard output, all else on standard error.
enum Screen {
  /// Whether standard error is a terminal that a person looks at.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Where a command tells what it does: standard error, so that standard output holds results
  /// alone.
  static func progress() -> ProgressSink {
    ProgressSink(isTerminal: isTerminal && ProcessInfo.processInfo.environment["TERM"] != "dumb") {
      width
    } write: { text in
      write(text, to: STDERR_FILENO)
    }
  }

  /// The columns of the terminal.
  static var width: Int {
    var size = winsize()
    let asked = unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size)
    return asked == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  /// Writes a line of the result.
  static func result(_ text: String) {
    write(text + "\n", to: STDOUT_FILENO)
  }

  /// Writes a line of what a person should know.
  static func note(_ text: String) {
    write(text + "\n", to: STDERR_FILENO)
  }

  /// Writes an error as a line.
  static func error(_ text: String) {
    write(text + "\n", to: STDERR_FILENO)
  }

  /// What an error says: its own sentence, or Foundation's for one of the system.
  static func sentence(_ error: any Error) -> String {
    if let text = (error as? any LocalizedError)?.errorDescription { return text }
    return error.localizedDescription
  }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Foundation.write(descriptor, buffer.baseAddress, buffer.count)
      }
      if written < 0 {
        if errno == EINTR { continue }
        // A reader that went away (`| head`) needs no more lines; there is nobody to tell.
        Foundation.exit(errno == EPIPE ? 0 : 1)
      }
      bytes = bytes.dropFirst(written)
    }
  }
}
