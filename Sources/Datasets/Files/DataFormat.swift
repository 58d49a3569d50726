public import Foundation

/// How a data file is laid out.
public enum DataFormat: String, Codable, Sendable, CaseIterable {
  /// Comma-separated values, RFC 4180.
  case csv
  /// Tab-separated values.
  case tsv
  /// One JSON object a line.
  case jsonl
  /// A folder with one subfolder a label and one `.txt` file a row.
  case directory

  /// The format that a file's name or a folder says, or nil when only the content can tell.
  public init?(inferredFrom url: URL) {
    var isFolder: ObjCBool = false
    let isThere = unsafe FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
    if isThere, isFolder.boolValue {
      self = .directory
      return
    }
    switch url.pathExtension.lowercased() {
    case "csv": self = .csv
    case "tsv", "tab": self = .tsv
    case "jsonl", "ndjson": self = .jsonl
    default: return nil
    }
  }
}
