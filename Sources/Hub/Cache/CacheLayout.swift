import Foundation

/// Where the files of one model lie in the cache that this program shares with Python's.
///
/// ```
/// models--ORGANIZATION--NAME/
///   blobs/HASH              the files, called by their hash
///   blobs/HASH.incomplete   what has arrived of a file
///   refs/REVISION           the commit that a branch or tag stood for
///   snapshots/COMMIT/FILE   relative links to the blobs
///   .no_exist/COMMIT/FILE   files that were asked for and are not there
///   trees/COMMIT.json       all files of a commit
/// .locks/models--ORGANIZATION--NAME/HASH.lock
/// ```
struct CacheLayout: Sendable {
  /// The folder of the whole cache.
  let root: URL
  /// The name of the model's folder.
  let folderName: String

  init(root: URL, model: ModelReference) {
    self.root = root
    folderName = "models--" + model.name.replacing("/", with: "--")
  }

  /// The model's folder.
  var folder: URL { root.appending(path: folderName, directoryHint: .isDirectory) }
  /// The folder of the files themselves.
  var blobs: URL { folder.appending(path: "blobs", directoryHint: .isDirectory) }

  /// The file of a hash.
  func blob(_ tag: String) -> URL { blobs.appending(path: tag) }

  /// What has arrived of the file of a hash.
  func partial(_ tag: String) -> URL { blobs.appending(path: tag + ".incomplete") }

  /// What processes that fetch the file of a hash take turns by.
  func lock(_ tag: String) -> URL { root.appending(path: ".locks/\(folderName)/\(tag).lock") }

  /// The file that holds the commit of a branch or tag.
  func reference(_ revision: String) -> URL { folder.appending(path: "refs/\(revision)") }

  /// The model's files at a commit.
  func snapshot(_ commit: String) -> URL {
    folder.appending(path: "snapshots/\(commit)", directoryHint: .isDirectory)
  }

  /// The list of all files of a commit.
  func tree(_ commit: String) -> URL { folder.appending(path: "trees/\(commit).json") }

  /// The mark that a commit has no such file.
  func absence(_ commit: String, _ path: String) -> URL {
    folder.appending(path: ".no_exist/\(commit)/\(path)")
  }

  /// The link of a file of a snapshot, relative to the folder it lies in.
  func linkTarget(_ path: String, _ tag: String) -> String {
    let depth = path.split(separator: "/").count - 1
    return String(repeating: "../", count: depth + 2) + "blobs/\(tag)"
  }
}
