import Foundation

/// The list of all files of a commit, as Python's hub library stores it (format 1): with it a
/// snapshot can be told to be whole without a network.
struct TreeFile: Codable {
  /// What is stored of a file.
  struct Entry: Codable {
    let size: Int
    let blobID: String
    var largeHash: String?
    var largeSize: Int?

    enum CodingKeys: String, CodingKey {
      case size
      case blobID = "blob_id"
      case largeHash = "lfs_sha256"
      case largeSize = "lfs_size"
    }
  }

  let version: Int
  let files: [String: Entry]

  enum CodingKeys: String, CodingKey {
    case version = "format_version"
    case files
  }

  /// The list that is stored for a commit; nil when there is none that can be understood.
  static func stored(_ cache: ModelCache, commit: String) -> ModelListing? {
    guard let data = try? Data(contentsOf: cache.layout.tree(commit)),
      let tree = try? JSONDecoder().decode(TreeFile.self, from: data), tree.version == 1
    else { return nil }
    let files = tree.files.sorted { $0.key < $1.key }.map { path, entry in
      ModelFile(
        path: path, size: entry.largeSize ?? entry.size, tag: entry.largeHash ?? entry.blobID)
    }
    let isSound = files.allSatisfy { file in
      ModelFile.isSafe(path: file.path) && file.tag.map(ModelFile.isSafe(tag:)) != false
    }
    return isSound ? ModelListing(commit: commit, files: files) : nil
  }

  /// Stores the list of a commit.
  ///
  /// Nothing is stored when the hub did not tell everything that belongs into it.
  static func store(_ listing: ModelListing, _ identifiers: [String: String], in cache: ModelCache)
  {
    var files: [String: Entry] = [:]
    for file in listing.files {
      guard let size = file.size, let blob = identifiers[file.path] else { return }
      let isLarge = file.tag != blob
      files[file.path] = Entry(
        size: size, blobID: blob, largeHash: isLarge ? file.tag : nil,
        largeSize: isLarge ? size : nil)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(TreeFile(version: 1, files: files)) else { return }
    // A list that cannot be stored spares nobody a question; that is all.
    try? cache.write(data, to: cache.layout.tree(listing.commit))
  }
}
