internal import Foundation

/// Folders of models, looked at before anything is read from them.
enum ModelFolder {
  /// The folder at a path.
  ///
  /// - Throws: ``RunError`` when there is none: the name may be one of a hub, or a file.
  static func existing(_ path: String) throws -> URL {
    let url = URL(filePath: path, directoryHint: .isDirectory)
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw RunError(
        .model,
        "There is no model folder \(path). Check the path and its spelling; a model of a hub has to "
          + "be downloaded first (config.json, model.safetensors, tokenizer.json).")
    }
    guard isFolder.boolValue else {
      throw RunError(.model, "\(path) is a file; the folder of a model is needed.")
    }
    return url
  }

  /// The folder of a tuned model at a path.
  ///
  /// - Throws: ``RunError`` when there is none, or a run that has not kept any weights yet.
  static func tuned(_ path: String) throws -> URL {
    let url = try existing(path)
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
