import Foundation
import TestSupport

/// The built `finetune` program, run as a user runs it: in a folder, with arguments.
struct Program {
  /// How a run of the program ended.
  struct Outcome {
    let status: Int32
    let output: String
    let error: String

    /// The lines of standard output.
    var lines: [String] { output.split(separator: "\n").map(String.init) }
    /// The last line of standard error: the sentence of a refusal.
    var sentence: String { error.split(separator: "\n").last.map(String.init) ?? "" }
  }

  /// Where relative paths count from.
  let folder: URL
  /// Variables that are set besides those of the tests.
  var environment: [String: String] = [:]

  static let file = ProjectFolder.root.appending(path: ".build/release/finetune")

  /// Runs the program until it ends.
  func run(_ arguments: String..., input: Data = Data()) throws -> Outcome {
    try run(arguments, input: input)
  }

  /// Runs the program until it ends.
  func run(_ arguments: [String], input: Data = Data()) throws -> Outcome {
    let session = try Session(self, Self.file, arguments, input: input)
    return try session.end()
  }

  /// Runs a line of the shell, in which `finetune` is the program.
  func shell(_ line: String) throws -> Outcome {
    let text = "finetune() { \"\(Self.file.path)\" \"$@\"; }; \(line)"
    return try Session(self, URL(filePath: "/bin/bash"), ["-c", text], input: Data()).end()
  }

  /// Starts the program, and stops it with a signal as soon as a line of progress says something.
  func run(_ arguments: [String], until text: String, signal: Int32) throws -> Outcome {
    let session = try Session(self, Self.file, arguments, input: Data())
    let limit = Date().addingTimeInterval(60)
    while try session.isRunning && !session.error().contains(text) && Date() < limit {
      usleep(2_000)
    }
    session.send(signal)
    return try session.end()
  }

  /// A process whose output goes to files, so that no pipe can fill up.
  private final class Session {
    private let process = Process()
    private let files: TemporaryFolder

    init(_ run: Program, _ program: URL, _ arguments: [String], input: Data) throws {
      files = try TemporaryFolder()
      process.executableURL = program
      process.arguments = arguments
      process.currentDirectoryURL = run.folder
      process.environment = ProcessInfo.processInfo.environment.merging(run.environment) { $1 }
      for name in ["in", "out", "err"] {
        let url = files.url.appending(path: name)
        try (name == "in" ? input : Data()).write(to: url)
      }
      process.standardInput = try FileHandle(forReadingFrom: files.url.appending(path: "in"))
      process.standardOutput = try FileHandle(forWritingTo: files.url.appending(path: "out"))
      process.standardError = try FileHandle(forWritingTo: files.url.appending(path: "err"))
      do {
        try process.run()
      } catch {
        throw NotBuilt(
          description: "\(program.path) does not run (\(error)); `make build` makes it")
      }
    }

    var isRunning: Bool { process.isRunning }

    func send(_ signal: Int32) {
      if process.isRunning { kill(process.processIdentifier, signal) }
    }

    func error() throws -> String { try text("err") }

    func end() throws -> Outcome {
      process.waitUntilExit()
      let isSignalled = process.terminationReason == .uncaughtSignal
      return Outcome(
        status: process.terminationStatus + (isSignalled ? 128 : 0), output: try text("out"),
        error: try text("err"))
    }

    private func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: files.url.appending(path: name)), as: UTF8.self)
    }
  }
}

/// The program is not there.
struct NotBuilt: Error, CustomStringConvertible {
  let description: String
}
