public import Foundation

/// Runs the reference implementations: a script of `Tests/Oracles` in the project's own Python
/// environment.
public struct PythonOracle: Sendable {
  /// The script's name in `Tests/Oracles`, without `.py`.
  public let script: String

  /// Names a script; nothing runs yet.
  public init(_ script: String) {
    self.script = script
  }

  /// The interpreter of the project's environment: `FINETUNE_PYTHON`, else `.venv/bin/python`.
  public static let interpreter: URL = {
    if let named = ProcessInfo.processInfo.environment["FINETUNE_PYTHON"], !named.isEmpty {
      return URL(filePath: named)
    }
    return ProjectFolder.root.appending(path: ".venv/bin/python")
  }()

  /// Runs the script and gives back what it printed on standard output.
  ///
  /// Large inputs and outputs go through files that the arguments name.
  ///
  /// - Throws: ``OracleFailure`` with the script's standard error when it did not end well.
  @discardableResult
  public func run(_ arguments: [String] = [], input: Data? = nil) throws -> Data {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "oracle-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }

    let process = Process()
    process.executableURL = Self.interpreter
    process.arguments =
      [ProjectFolder.root.appending(path: "Tests/Oracles/\(script).py").path] + arguments
    var environment = ProcessInfo.processInfo.environment
    environment["HF_HUB_OFFLINE"] = "1"
    environment["TOKENIZERS_PARALLELISM"] = "false"
    environment["PYTHONIOENCODING"] = "utf-8"
    process.environment = environment

    // Files, not pipes: neither side can block on a full one.
    let files = try ["in", "out", "err"].map { name in
      let url = folder.appending(path: name)
      try (name == "in" ? input ?? Data() : Data()).write(to: url)
      return try FileHandle(forUpdating: url)
    }
    process.standardInput = files[0]
    process.standardOutput = files[1]
    process.standardError = files[2]
    do {
      try process.run()
    } catch {
      throw OracleFailure(
        description: "\(Self.interpreter.path) does not run (\(error)); `make setup` makes it")
    }
    process.waitUntilExit()
    let output = try Data(contentsOf: folder.appending(path: "out"))
    guard process.terminationStatus == 0 else {
      let message = try Data(contentsOf: folder.appending(path: "err"))
      throw OracleFailure(
        description: "Tests/Oracles/\(script).py ended with \(process.terminationStatus):\n"
          + String(decoding: message, as: UTF8.self))
    }
    return output
  }

  /// Runs the script on a JSON value and decodes the JSON that it prints.
  public func run<Input: Encodable, Output: Decodable>(
    _ input: Input, arguments: [String] = [], returning: Output.Type = Output.self
  ) throws -> Output {
    let data = try run(arguments, input: JSONEncoder().encode(input))
    return try JSONDecoder().decode(Output.self, from: data)
  }
}

/// A reference script that could not run or failed.
public struct OracleFailure: Error, CustomStringConvertible {
  /// What went wrong, with the script's own words.
  public let description: String
}

/// A folder that is removed when the value goes out of use.
public final class TemporaryFolder: Sendable {
  /// Where it lies.
  public let url: URL

  /// Makes a new empty folder.
  public init() throws {
    url = FileManager.default.temporaryDirectory
      .appending(path: "finetune-test-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  /// A path inside the folder, with text written to it when given.
  public func file(_ name: String, containing text: String? = nil) throws -> URL {
    let file = url.appending(path: name)
    if let text {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return file
  }
}
