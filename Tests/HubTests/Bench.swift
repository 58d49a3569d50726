import Foundation
import Hub
import Synchronization
import TestSupport

/// A model of its own at the shared hub, and a cache of its own.
struct Bench: Sendable {
  let hub: HubServer
  let name: String
  let cache: TemporaryFolder

  /// Puts files of branches and tags there; nil makes a small model.
  init(
    _ revisions: [String: [String: HubServer.File]]? = nil, token: String? = nil,
    gated: Bool = false, bare: Bool = false
  ) throws {
    hub = try HubServer.shared.get()
    name = "test/model-\(UUID().uuidString.prefix(13))"
    cache = try TemporaryFolder()
    commits = try hub.add(
      name, revisions ?? ["main": Self.small], token: token, gated: gated, bare: bare)
  }

  let commits: [String: String]

  /// The commit of the branch `main`.
  var main: String { commits["main"] ?? "" }

  /// Files of a model as they are found, wanted ones and others.
  static let small: [String: HubServer.File] = [
    "config.json": .text("{\"model_type\": \"bert\"}"), "README.md": .text("# A model\n"),
    "tokenizer.json": .text("{\"version\": \"1.0\"}"), "vocab.txt": .text("[PAD]\n[UNK]\n"),
    "model.safetensors": .large(200_000), "pytorch_model.bin": .large(1000, seed: 2),
    "onnx/model.onnx": .large(900, seed: 3), ".gitattributes": .text("*.bin filter=lfs\n"),
    "additional_chat_templates/tool use.jinja": .text("{{ messages }}"),
  ]

  /// The environment that both programs read.
  func environment(_ more: [String: String] = [:]) -> [String: String] {
    ["HF_ENDPOINT": hub.address, "HF_HUB_CACHE": cache.url.path, "HF_HOME": cache.url.path]
      .merging(more) { $1 }
  }

  /// Settings that do not wait between attempts.
  func settings(_ more: [String: String] = [:]) throws -> HubSettings {
    var settings = try HubSettings(environment: environment(more))
    settings.retries.sleep = { _ in }
    return settings
  }

  func reference(_ revision: String? = nil) throws -> ModelReference {
    try ModelReference(name, revision: revision)
  }

  /// Pulls with this program.
  @discardableResult
  func pull(
    _ revision: String? = nil, _ choice: FileChoice = .needed, _ more: [String: String] = [:],
    receive: @escaping @Sendable (PullEvent) -> Void = { _ in }
  ) async throws -> PulledModel {
    try await ModelHub(settings(more)).pull(reference(revision), choice, receive: receive)
  }

  /// The error of a pull that has to fail.
  func refusal(
    _ revision: String? = nil, _ choice: FileChoice = .needed, _ more: [String: String] = [:]
  ) async throws -> HubError {
    do {
      try await pull(revision, choice, more)
    } catch let error as HubError {
      return error
    }
    return HubError(.server, "nothing was refused")
  }

  /// What Python's library answers to calls.
  func python(
    _ calls: [[String: String]], cache folder: URL? = nil, _ more: [String: String] = [:]
  ) throws -> [PythonAnswer] {
    struct Input: Encodable {
      let environment: [String: String]
      let calls: [[String: PythonValue]]
    }
    var environment = environment(more)
    if let folder { environment["HF_HUB_CACHE"] = folder.path }
    let calls = calls.map { call in
      call.mapValues { $0 == "true" ? PythonValue.yes : .text($0) }
    }
    return try PythonOracle("hub_client").run(Input(environment: environment, calls: calls))
  }

  /// The model's folder in the cache.
  var folder: URL {
    cache.url.appending(path: "models--" + name.replacing("/", with: "--"))
  }

  /// A file of a snapshot.
  func content(_ path: String, commit: String? = nil) throws -> Data {
    try Data(contentsOf: folder.appending(path: "snapshots/\(commit ?? main)/\(path)"))
  }

  /// All paths below a folder, links with their targets, but for locks and the mark of caches.
  static func tree(_ folder: URL) throws -> [String] {
    let files = FileManager.default
    return try files.subpathsOfDirectory(atPath: folder.path).filter {
      !$0.hasPrefix(".locks") && $0 != "CACHEDIR.TAG"
    }.map { path in
      let place = folder.appending(path: path).path
      if let target = try? files.destinationOfSymbolicLink(atPath: place) {
        return "\(path) -> \(target)"
      }
      var isFolder: ObjCBool = false
      _ = files.fileExists(atPath: place, isDirectory: &isFolder)
      guard !isFolder.boolValue, !path.contains("/trees/") else { return path }
      let size = try files.attributesOfItem(atPath: place)[.size] as? NSNumber
      return "\(path) \(size?.intValue ?? -1)"
    }.sorted()
  }
}

/// A word of a call.
enum PythonValue: Encodable {
  case text(String)
  case yes

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .yes: try container.encode(true)
    }
  }
}

/// What Python's library answered.
struct PythonAnswer: Decodable {
  struct Revision: Decodable, Equatable {
    let refs: [String]
    let files: [String: [Entry]]
  }
  struct Model: Decodable, Equatable {
    let size: Int
    let revisions: [String: Revision]
  }
  struct Scan: Decodable, Equatable {
    let warnings: [String]
    let models: [String: Model]
  }
  /// A number or a text.
  enum Entry: Decodable, Equatable {
    case number(Int)
    case text(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Int.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }

  var error: String?
  var text: String?
  var scan: Scan?
  var tree: [String: [Entry]]?

  enum CodingKeys: String, CodingKey { case value, error }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    error = try container.decodeIfPresent(String.self, forKey: .error)
    text = try? container.decode(String.self, forKey: .value)
    scan = try? container.decode(Scan.self, forKey: .value)
    tree = try? container.decode([String: [Entry]].self, forKey: .value)
  }
}

/// Collects what a pull tells.
final class Events: Sendable {
  private let events = Mutex<[PullEvent]>([])

  var receive: @Sendable (PullEvent) -> Void {
    { event in self.events.withLock { $0.append(event) } }
  }

  var notes: [String] {
    events.withLock { events in
      events.compactMap { if case .note(let text) = $0 { text } else { nil } }
    }
  }

  var progress: [PullProgress] {
    events.withLock { events in
      events.compactMap { if case .progress(let progress) = $0 { progress } else { nil } }
    }
  }
}
