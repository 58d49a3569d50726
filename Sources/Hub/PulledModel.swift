public import Foundation

/// A model of the hub that is here.
public struct PulledModel: Sendable, Equatable {
  /// A file of it.
  public struct File: Sendable, Equatable {
    /// Its path in the model's folder.
    public let path: String
    /// Its length in bytes.
    public let size: Int
    /// Whether it was here before.
    public let wasHere: Bool
  }

  /// The model's name.
  public let name: String
  /// The commit that the files are of: the same commit is always the same files.
  public let commit: String
  /// The folder in Hugging Face's layout; its files are links into the cache.
  public let folder: URL
  /// The files that were wanted; those that the hub was not asked about are not among them.
  public let files: [File]

  /// The bytes of all files.
  public var bytes: Int { files.reduce(0) { $0 + $1.size } }
  /// The bytes of the files that were not here before.
  public var bytesFetched: Int { files.reduce(0) { $0 + ($1.wasHere ? 0 : $1.size) } }
}
