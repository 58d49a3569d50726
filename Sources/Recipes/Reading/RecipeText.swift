import Foundation

/// The text of a recipe file.
enum RecipeText {
  /// More than any recipe needs; a file above it is something else.
  private static let mostBytes = 4 << 20

  /// Reads the file as UTF-8, a byte-order mark dropped.
  ///
  /// - Throws: ``RecipesError`` naming the file, and the line of the first byte that is no UTF-8.
  static func read(_ path: String) throws(RecipesError) -> String {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw RecipesError(.unreadableFile, "there is no recipe '\(path)'")
    }
    if isFolder.boolValue {
      throw RecipesError(
        .unreadableFile, "'\(path)' is a folder; name the recipe in it, such as recipe.yaml")
    }
    let data: Data
    do {
      data = try read(upTo: mostBytes + 1, of: path)
    } catch {
      throw RecipesError(
        .unreadableFile, "the recipe '\(path)' cannot be read: \(error.localizedDescription)")
    }
    guard data.count <= mostBytes else {
      throw RecipesError(
        .unreadableFile, "'\(path)' is larger than 4 MiB, so it is not a recipe; name a YAML file")
    }
    return try decode(data, of: path)
  }

  private static func read(upTo count: Int, of path: String) throws -> Data {
    let file = try FileHandle(forReadingFrom: URL(filePath: path))
    defer { try? file.close() }
    return try file.read(upToCount: count) ?? Data()
  }

  private static func decode(_ data: Data, of path: String) throws(RecipesError) -> String {
    let bytes = data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data
    if let text = String(validating: bytes, as: UTF8.self) {
      // One kind of line end, so that places are those that an editor shows.
      return String(text.map { $0 == "\r\n" ? "\n" : $0 })
    }
    var line = 1
    for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if String(validating: part, as: UTF8.self) == nil { break }
      line += 1
    }
    throw RecipesError(
      .unreadableFile, at: .file(path, line: line, column: 1),
      "the line is not UTF-8 text; save the recipe as UTF-8")
  }
}
