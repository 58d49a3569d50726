import Finetune
import Foundation

/// What the program writes to: results on standard output, all else on standard error.
enum Screen {
  /// Standard output could not be written to.
  struct OutputError: LocalizedError {
    let number: Int32

    /// Whether a reader such as `head` has read enough and gone away.
    var isClosedPipe: Bool { number == EPIPE }

    var errorDescription: String? {
      let reason =
        switch number {
        case ENOSPC, EDQUOT: "the disk is full"
        case EFBIG: "the file would be larger than this process may write"
        case EBADF: "it is closed"
        default: POSIXErrorCode(rawValue: number).map { POSIXError($0).localizedDescription } ?? ""
        }
      return "Standard output cannot be written to: \(reason). What was written is not complete."
    }
  }

  /// Whether standard error is a terminal that a person looks at.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  private static var isLive: Bool {
    isTerminal && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// Where a command tells what it does: standard error, so that standard output holds results
  /// alone.
  static func progress() -> ProgressSink {
    ProgressSink(isTerminal: isLive) {
      width
    } write: { text in
      note(text, terminator: "")
    }
  }

  /// The columns of the terminal.
  static var width: Int {
    var size = winsize()
    let asked = unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size)
    return asked == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  /// Writes a line of the result.
  ///
  /// - Throws: ``OutputError`` when nobody can read it.
  static func result(_ text: String) throws {
    if let number = write(text + "\n", to: STDOUT_FILENO) { throw OutputError(number: number) }
  }

  /// Writes a line of what a person should know; work goes on when nobody can read it.
  static func note(_ text: String, terminator: String = "\n") {
    _ = write(text + terminator, to: STDERR_FILENO)
  }

  /// Writes a line in place of a progress bar that may stand there.
  static func interruption(_ text: String) {
    note((isLive ? "\r\u{1B}[K" : "") + text)
  }

  /// What an error says: its own sentence, or Foundation's for one of the system.
  static func sentence(_ error: any Error) -> String {
    if let text = (error as? any LocalizedError)?.errorDescription { return text }
    if error is CocoaError || error is POSIXError { return error.localizedDescription }
    return "\(error)"
  }

  /// Writes everything; gives back the system's error number when it could not.
  private static func write(_ text: String, to descriptor: Int32) -> Int32? {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Foundation.write(descriptor, buffer.baseAddress, buffer.count)
      }
      if written < 0 {
        if errno == EINTR { continue }
        return errno
      }
      bytes = bytes.dropFirst(written)
    }
    return nil
  }
}
