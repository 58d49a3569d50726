public import Foundation

/// Where the project and what its set-up made lie, seen from a test.
public enum ProjectFolder {
  /// The folder that holds `Package.swift`.
  public static let root: URL = {
    if let named = ProcessInfo.processInfo.environment["FINETUNE_ROOT"] {
      return URL(filePath: named, directoryHint: .isDirectory)
    }
    // Tests/TestSupport/ProjectFolder.swift is three levels below the root.
    return URL(filePath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  }()
}

/// Data sets that lie beside the project on some machines only.
public enum SharedData {
  /// The folder of shared data sets, or nil where there is none.
  public static let folder: URL? = {
    let beside = ProjectFolder.root.deletingLastPathComponent().appending(path: "shared/data")
    return FileManager.default.fileExists(atPath: beside.path) ? beside : nil
  }()

  /// Whether the shared data are here, for `.enabled(if:)`.
  public static var isHere: Bool { folder != nil }

  /// What a skipped test says.
  public static let reason = "the folder ../shared/data is not on this machine"
}

/// The demo's model and data, which `make setup` fetches.
public enum DemoAssets {
  /// all-MiniLM-L6-v2: a BERT of 6 layers, 384 wide, in Hugging Face's layout.
  public static let model = ProjectFolder.root.appending(path: "demo/model")
  /// The folder of the movie-review sentences (`train.csv`, `test.csv`).
  public static let data = ProjectFolder.root.appending(path: "demo/data")
}
