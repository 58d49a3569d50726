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
    /// A run, complete or not.
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

  /// What is in the folder now.
  public func contents() throws -> Contents {
    guard files.fileExists(atPath: url.path) else { return .nothing }
    let names: [String]
    do {
      names = try files.contentsOfDirectory(atPath: url.path)
    } catch {
      throw RunError(
        .output, "The output \(url.path) cannot be read as a folder: \(error.localizedDescription)")
    }
    if names.isEmpty { return .nothing }
    return names.contains("recipe.yaml") ? .run : .other
  }

  /// Refuses a folder that may not be written to as asked; nothing is changed.
  public func check(overwrite: Bool, resume: Bool) throws {
    switch try contents() {
    case .nothing: break
    case .run:
      guard overwrite || resume else {
        throw RunError(
          .output,
          "The output folder \(url.path) holds another run. Name another folder, go on with that run "
            + "(--resume), or replace it (--overwrite).")
      }
    case .other:
      throw RunError(
        .output,
        "The output folder \(url.path) is not empty, and what it holds is no run. "
          + "Name another folder.")
    }
    try checkWritable()
  }

  /// Fails before any work when the folder could not be written to after it.
  private func checkWritable() throws {
    let isNew = !files.fileExists(atPath: url.path)
    do {
      try files.createDirectory(at: url, withIntermediateDirectories: true)
      let probe = url.appending(path: ".probe-\(UUID().uuidString)")
      try Data("x".utf8).write(to: probe)
      try files.removeItem(at: probe)
      if isNew { try files.removeItem(at: url) }
    } catch {
      throw RunError(
        .output,
        "The output folder \(url.path) cannot be written to: \(error.localizedDescription)")
    }
  }

  /// Makes the folder; a run that is to be replaced is put aside.
  public func begin(replacing: Bool) throws {
    try failing("made") {
      if replacing, files.fileExists(atPath: url.path) {
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

  private func failing(_ what: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as CocoaError {
      throw RunError(
        .output,
        "The output folder \(url.path) could not be \(what): \(error.localizedDescription)")
    }
  }
}
