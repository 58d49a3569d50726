public import Foundation
import Synchronization

/// A script of `Tests/Oracles` that runs beside the tests, such as a server.
///
/// It prints a line when it is ready, and answers each line that it is asked with one line; it ends
/// when its standard input does, at the latest with the test process.
public final class BackgroundScript: Sendable {
  private struct State {
    let process: Process
    let input: FileHandle
    let output: FileHandle
    var pending = Data()
  }

  /// The line that the script printed when it was ready.
  public let greeting: Data
  private let state: Mutex<State>

  /// Starts a script of `Tests/Oracles`, named without `.py`, and waits until it is ready.
  ///
  /// - Throws: ``OracleFailure`` when it ends before.
  public init(_ script: String, _ arguments: [String] = []) throws {
    let process = Process()
    process.executableURL = PythonOracle.interpreter
    process.arguments =
      [ProjectFolder.root.appending(path: "Tests/Oracles/\(script).py").path] + arguments
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    var state = State(
      process: process, input: input.fileHandleForWriting, output: output.fileHandleForReading)
    greeting = try Self.line(&state)
    self.state = Mutex(state)
  }

  deinit {
    state.withLock { state in
      try? state.input.close()
      state.process.terminate()
    }
  }

  /// Asks with a line of JSON and gives back the line that is answered.
  ///
  /// - Throws: ``OracleFailure`` when the script has ended.
  @discardableResult
  public func ask(_ question: some Encodable) throws -> Data {
    let line = try JSONEncoder().encode(question) + Data("\n".utf8)
    return try state.withLock { state in
      try state.input.write(contentsOf: line)
      return try Self.line(&state)
    }
  }

  private static func line(_ state: inout State) throws -> Data {
    while true {
      if let end = state.pending.firstIndex(of: UInt8(ascii: "\n")) {
        defer { state.pending = Data(state.pending[(end + 1)...]) }
        return Data(state.pending[..<end])
      }
      let more = state.output.availableData
      guard !more.isEmpty else { throw OracleFailure(description: "the background script ended") }
      state.pending += more
    }
  }
}
