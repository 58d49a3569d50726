public import Foundation

extension Recipe {
  /// The recipe as YAML with every setting in its own line; read back, it is an equal value.
  ///
  /// The lines of `header`, such as versions, are put above it as comments.
  public func yaml(header: [String] = []) -> String {
    var lines = header.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
      .map { "# \($0)" }
    var open: [String] = []
    for setting in Settings.all where setting.isWritten(self) {
      let path = SettingName.path(setting.key)
      let sections = Array(path.dropLast())
      for depth in sections.indices where Array(open.prefix(depth + 1)) != Array(sections[...depth])
      {
        if depth == 0 { lines.append("") }
        lines.append(String(repeating: "  ", count: depth) + sections[depth] + ":")
      }
      open = sections
      let indent = String(repeating: "  ", count: sections.count)
      lines.append("\(indent)\(setting.leaf): \(setting.yaml(self))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Writes ``yaml(header:)`` to a file, at once or not at all.
  ///
  /// - Throws: ``RecipesError`` naming the file when it cannot be written.
  public func write(to file: URL, header: [String] = []) throws(RecipesError) {
    do {
      try Data(yaml(header: header).utf8).write(to: file, options: .atomic)
    } catch {
      throw RecipesError(
        .unwritableFile,
        "the recipe '\(file.relativePath)' cannot be written: \(error.localizedDescription)")
    }
  }

  /// The settings in which two recipes differ, in the order of a recipe; values as YAML.
  public func differences(
    from other: Recipe
  ) -> [(key: String, here: String, there: String)] {
    Settings.all.filter { $0.isWritten(self) || $0.isWritten(other) }.compactMap { setting in
      let (here, there) = (setting.yaml(self), setting.yaml(other))
      return here == there ? nil : (setting.key, here, there)
    }
  }
}
