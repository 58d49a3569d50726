public import Foundation

/// The folder of a run, and what becomes of one that is there already.
///
/// A run that replaces another puts the old one aside first, and removes it only when the new one
/// is complete: a run that fails brings it back.
public struct OutputFolder {
  /// What is in the folder before the run.
  public enum Contents: Equatable {
    /// Nothing, or no folder.
    case nothing
    /// A run that ended before it stored anything worth keeping: only its reports are there.
    case begun
    /// A run, complete or with a stored state.
    case run
    /// Something else.
    case other
  }

  /// Where the run goes.
  public let url: URL
  private let aside: URL
  private var files: FileManager { .default }

  /// Names the folder; nothing is made.
  public init(_ url: URL) {
    self.url = url
    aside = url.deletingLastPathComponent()
      .appending(path: ".\(url.lastPathComponent).replaced", directoryHint: .isDirectory)
  }

  /// The folder as the user named it.
  var name: String {
    let name = url.relativePath
    return name.count > 1 && name.hasSuffix("/") ? String(name.dropLast()) : name
  }

  /// What is in the folder now.
  public func contents() throws -> Contents {
    guard let isFolder = isFolder(url) else { return .nothing }
    guard isFolder else {
      throw RunError(.output, "The output \(name) is a file, not a folder. Name a folder.")
    }
    let names: [String]
    do {
      names = try files.contentsOfDirectory(atPath: url.path)
    } catch {
      throw RunError(
        .output,
        "The output folder \(name) cannot be read: \(FileProblem.reason(error, of: url)).")
    }
    if names.isEmpty { return .nothing }
    guard names.contains("recipe.yaml") else { return .other }
    let weights = ["model.safetensors", "adapter_model.safetensors"]
    return weights.contains(where: names.contains) || holdsState ? .run : .begun
  }

  private var holdsState: Bool {
    files.fileExists(atPath: url.appending(path: "resume/state.json").path)
  }

  /// Brings back a run that was put aside by one that was killed before it stored anything; tells
  /// whether there was one.
  func recover() throws -> Bool {
    guard files.fileExists(atPath: aside.path) else { return false }
    switch try contents() {
    case .nothing, .begun: return try restore()
    case .run, .other: return false
    }
  }

  /// Refuses a folder that may not be written to as asked; nothing is changed.
  public func check(overwrite: Bool, resume: Bool) throws {
    switch try contents() {
    case .nothing, .begun: break
    case .run:
      guard overwrite || resume else {
        throw RunError(
          .output,
          "The output folder \(name) holds another run. Name another folder, go on with that run "
            + "(--resume), or replace it (--overwrite).")
      }
      guard overwrite || holdsState else {
        throw RunError(
          .output,
          "The run in \(name) has no stored state (resume/state.json), so it cannot be gone on "
            + "with. Name another folder, or replace the run (--overwrite).")
      }
    case .other:
      throw RunError(
        .output,
        "The output folder \(name) is not empty, and what it holds is no run. Name another folder.")
    }
    try checkWritable()
  }

  /// Fails before any work when the folder could not be written to after it; nothing is made.
  private func checkWritable() throws {
    var nearest = url.standardizedFileURL
    while isFolder(nearest) == nil, nearest.path != "/" { nearest.deleteLastPathComponent() }
    guard isFolder(nearest) == true else {
      throw RunError(
        .output,
        "The output folder \(name) cannot be made: \(nearest.path) is a file, not a folder.")
    }
    let probe = nearest.appending(path: ".probe-\(UUID().uuidString)")
    do {
      try Data("x".utf8).write(to: probe)
      try files.removeItem(at: probe)
    } catch {
      try? files.removeItem(at: probe)
      throw RunError(
        .output,
        "The output folder \(name) cannot be written to: \(FileProblem.reason(error, of: nearest))."
      )
    }
  }

  /// Makes the folder; a run that is to be replaced is put aside.
  public func begin(replacing: Bool) throws {
    try failing("made") {
      if try contents() == .begun {
        try files.removeItem(at: url)
      } else if replacing, files.fileExists(atPath: url.path) {
        // One that is aside already is the last complete run; what lies here was never finished.
        if files.fileExists(atPath: aside.path) {
          try files.removeItem(at: url)
        } else {
          try files.moveItem(at: url, to: aside)
        }
      }
      try files.createDirectory(at: url, withIntermediateDirectories: true)
    }
  }

  /// Removes what a killed process left half written: files that never got their names.
  public func removePartialFiles() throws {
    let resume = url.appending(path: "resume", directoryHint: .isDirectory)
    let states = (try? files.contentsOfDirectory(at: resume, includingPropertiesForKeys: nil)) ?? []
    try failing("cleaned") {
      for folder in [url, resume] + states where isFolder(folder) == true {
        for name in try files.contentsOfDirectory(atPath: folder.path)
        where name.hasPrefix(".") && name.hasSuffix(".partial") {
          try files.removeItem(at: folder.appending(path: name))
        }
      }
    }
  }

  /// Removes the run that was put aside: the new one is complete.
  public func finish() throws {
    guard files.fileExists(atPath: aside.path) else { return }
    try failing("cleaned") { try files.removeItem(at: aside) }
  }

  /// Brings the run that was put aside back in place of one that failed; tells whether there was
  /// one.
  public func restore() throws -> Bool {
    guard files.fileExists(atPath: aside.path) else { return false }
    try failing("restored") {
      if files.fileExists(atPath: url.path) { try files.removeItem(at: url) }
      try files.moveItem(at: aside, to: url)
    }
    return true
  }

  /// Whether a path is a folder; nil when nothing is there.
  private func isFolder(_ url: URL) -> Bool? {
    var isFolder: ObjCBool = false
    let exists = unsafe files.fileExists(atPath: url.path, isDirectory: &isFolder)
    return exists ? isFolder.boolValue : nil
  }

  private func failing(_ what: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as CocoaError {
      throw RunError(
        .output,
        "The output folder \(name) could not be \(what): \(FileProblem.reason(error, of: url)).")
    }
  }
}
