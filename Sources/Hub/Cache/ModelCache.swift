import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The files of one model in the cache: what is there, and how something gets there.
struct ModelCache: Sendable {
  let layout: CacheLayout

  /// The commit that a revision stood for when somebody last asked the hub.
  func commit(of model: ModelReference) -> String? {
    if let commit = model.commit { return commit }
    let file = layout.reference(model.wantedRevision)
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    let commit = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return CommitHash.isOne(commit) ? commit : nil
  }

  /// Whether a snapshot has a file, of the right length when that is known.
  func holds(_ file: ModelFile, commit: String) -> Bool {
    let length = Self.length(layout.snapshot(commit).appending(path: file.path))
    return length != nil && (file.size == nil || file.size == length)
  }

  /// Whether the file of a hash is there, of the right length when that is known.
  func holdsBlob(_ tag: String, size: Int?) -> Bool {
    let length = Self.length(layout.blob(tag))
    return length != nil && (size == nil || size == length)
  }

  /// The bytes that have arrived of a file that is not whole yet.
  func partialLength(_ tag: String) -> Int { Self.length(layout.partial(tag)) ?? 0 }

  /// The paths of all files of a snapshot.
  func paths(commit: String) -> [String] {
    let folder = layout.snapshot(commit)
    let found = try? FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return (found ?? []).filter { Self.length(folder.appending(path: $0)) != nil }.sorted()
  }

  /// Makes a folder and those above it.
  func makeFolder(_ folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw SystemFailure.error(error, writing: folder.path)
    }
  }

  /// Makes the folders that a file of a hash needs, and marks the cache as one for programs that
  /// make backups.
  func prepare() throws {
    try makeFolder(layout.blobs)
    try makeFolder(layout.lock("any").deletingLastPathComponent())
    let tag = layout.root.appending(path: "CACHEDIR.TAG")
    guard !FileManager.default.fileExists(atPath: tag.path) else { return }
    // The signature is that of https://bford.info/cachedir.
    let text = """
      Signature: 8a477f597d28d172789f06886806bc55
      # This folder is a cache of models that can be downloaded again.

      """
    try? Data(text.utf8).write(to: tag)
  }

  /// Makes a file visible in a snapshot: a relative link to the file of its hash, put in place whole.
  func link(_ file: ModelFile, tag: String, commit: String) throws {
    let place = layout.snapshot(commit).appending(path: file.path)
    try makeFolder(place.deletingLastPathComponent())
    let neighbour = place.path + ".\(Self.randomName()).tmp"
    guard unsafe symlink(layout.linkTarget(file.path, tag), neighbour) == 0 else {
      throw SystemFailure.error(errno, writing: place.path)
    }
    guard unsafe rename(neighbour, place.path) == 0 else {
      let number = errno
      _ = unsafe unlink(neighbour)
      throw SystemFailure.error(number, writing: place.path)
    }
  }

  /// Remembers the commit of a branch or tag.
  func remember(_ commit: String, of revision: String) throws {
    let file = layout.reference(revision)
    if revision == commit || (try? String(contentsOf: file, encoding: .utf8)) == commit { return }
    try write(Data(commit.utf8), to: file)
  }

  /// Remembers that a commit has no such file, which spares Python's library a question.
  func rememberAbsence(of path: String, commit: String) {
    guard ModelFile.isSafe(path: path) else { return }
    try? write(Data(), to: layout.absence(commit, path))
  }

  /// Writes a file that appears whole.
  func write(_ data: Data, to file: URL) throws {
    try makeFolder(file.deletingLastPathComponent())
    let neighbour = URL(filePath: file.path + ".\(Self.randomName()).tmp")
    do {
      try data.write(to: neighbour)
    } catch {
      throw SystemFailure.error(error, writing: file.path)
    }
    guard unsafe rename(neighbour.path, file.path) == 0 else {
      let number = errno
      _ = unsafe unlink(neighbour.path)
      throw SystemFailure.error(number, writing: file.path)
    }
  }

  /// The bytes that a person may still write where the cache is; nil when nobody knows.
  func freeBytes() -> Int? {
    var folder = layout.root
    while !FileManager.default.fileExists(atPath: folder.path), folder.path != "/" {
      folder.deleteLastPathComponent()
    }
    let values = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
    return (values?[.systemFreeSize] as? NSNumber)?.intValue
  }

  /// The length of a file, links followed; nil when there is none.
  static func length(_ file: URL) -> Int? {
    var found = stat()
    guard unsafe stat(file.path, &found) == 0, found.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(found.st_size)
  }

  private static func randomName() -> String {
    String(UInt32.random(in: 0...UInt32.max), radix: 16)
  }
}
