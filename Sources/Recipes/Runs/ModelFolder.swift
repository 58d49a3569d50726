internal import Foundation
internal import Hub
internal import Tracking
internal import Training

/// Folders of models, looked at before anything is read from them.
enum ModelFolder {
  /// A folder that was found, and what it is a copy of.
  struct Found {
    /// The folder.
    let url: URL
    /// The commit of a model of the hub; nil for a folder of other origin.
    var commit: String?
  }

  /// The folder at a path, or the copy of a model of the hub of that name.
  ///
  /// A folder that is there is meant before a model of the hub, unless a revision is given: only
  /// those have one. A model that is not here yet is fetched when the name can only be one of the
  /// hub: `ORGANIZATION/NAME`, where no folder ORGANIZATION is.
  ///
  /// - Parameters:
  ///   - path: What the user wrote.
  ///   - revision: A branch, tag or commit; it replaces what stands in the name after an `@`.
  ///   - sink: Where the download is shown; nil shows nothing.
  ///   - control: Lets a signal handler end the download.
  /// - Returns: The folder.
  /// - Throws: ``RunError`` when there is neither; `HubError` when the hub refuses; `Interrupted`.
  static func found(
    _ path: String, revision: String? = nil, sink: ProgressSink? = nil,
    control: RunControl = RunControl()
  ) throws -> Found {
    let url = URL(filePath: path, directoryHint: .isDirectory)
    var isFolder: ObjCBool = false
    if unsafe FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) {
      if revision == nil {
        if !isFolder.boolValue, url.pathExtension.lowercased() == "gguf" {
          return Found(url: URL(filePath: path))
        }
        guard isFolder.boolValue else {
          throw RunError(
            .model, "\(path) is a file; the folder of a model is needed, or a GGUF file.")
        }
        return Found(url: url)
      }
    }
    do {
      guard let copy = try ofHub(path, revision: revision, sink: sink, control: control) else {
        throw noFolder(path)
      }
      return copy
    } catch let error as HubError where error.code == .noRepository {
      throw RunError(.model, "There is no model folder \(path), and no model of the hub. \(error)")
    }
  }

  /// The copy of a model of the hub, fetched when it is not here and its name can be no other; nil
  /// when the name is rather a path.
  ///
  /// - Throws: `HubError` when the hub refuses; `Interrupted`.
  static func ofHub(
    _ path: String, revision: String? = nil, sink: ProgressSink?, control: RunControl
  ) throws -> Found? {
    guard let model = try reference(path, revision) else { return nil }
    let download = try ModelDownload(sink: sink, control: control)
    guard isOfHubAlone(path, revision) else {
      return download.cached(model).map { Found(url: $0.folder, commit: $0.commit) }
    }
    let pulled = try download.pull(model)
    return Found(url: pulled.folder, commit: pulled.commit)
  }

  /// The folder at a path, as ``found(_:revision:sink:control:)`` finds it.
  ///
  /// - Throws: As that does.
  static func existing(_ path: String, revision: String? = nil) throws -> URL {
    try found(path, revision: revision).url
  }

  /// The model of the hub that a path could name.
  private static func reference(_ path: String, _ revision: String?) throws -> ModelReference? {
    let written = try? ModelReference(path)
    guard let revision else { return written }
    guard let written else {
      throw RunError(
        .setting,
        "modelRevision is set, but the model \(path) is none of the hub: only those have revisions. "
          + "Leave --model-revision out, or name the model as ORGANIZATION/NAME.")
    }
    return try ModelReference(written.name, revision: revision)
  }

  /// Whether a name is not likely to be a misspelled path.
  private static func isOfHubAlone(_ path: String, _ revision: String?) -> Bool {
    if revision != nil || path.contains("@") { return true }
    let parts = path.split(separator: "/")
    return parts.count == 2 && !FileManager.default.fileExists(atPath: String(parts[0]))
  }

  private static func noFolder(_ path: String) -> RunError {
    let hub =
      ModelReference.isName(path)
      ? "If a model of the hub is meant, fetch it first: finetune pull \(path)."
      : "A model of the hub is named ORGANIZATION/NAME."
    return RunError(
      .model, "There is no model folder \(path). Check the path and its spelling. \(hub)")
  }

  /// The folder of a tuned model at a path.
  ///
  /// - Throws: ``RunError`` when there is none, or a run that has not kept any weights yet.
  static func tuned(
    _ path: String, sink: ProgressSink? = nil, control: RunControl = RunControl()
  ) throws -> URL {
    let url = try found(path, sink: sink, control: control).url
    let holds = { (name: String) in
      FileManager.default.fileExists(atPath: url.appending(path: name).path)
    }
    if !holds("config.json"), holds("recipe.yaml") {
      throw RunError(
        .model,
        "The run in \(path) has kept no weights yet. Go on with it: finetune train "
          + "\(url.appending(path: "recipe.yaml").relativePath) --resume.")
    }
    return url
  }
}
