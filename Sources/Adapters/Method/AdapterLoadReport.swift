/// How the names of an adapter's file met those of the model that it was attached to.
public struct AdapterLoadReport: Sendable, Equatable {
  /// The file, for messages.
  public var source: String
  /// Names that both have.
  public var matched: [String] = []
  /// Names that only the model has, which keep their first values.
  public var missing: [String] = []
  /// Names that only the file has, which are not used.
  public var extra: [String] = []
  /// Sentences on what else is worth knowing: keys that are not known, another base's name.
  public var notes: [String] = []

  /// Begins a report without names.
  public init(source: String) { self.source = source }

  /// One line for the screen.
  public var summary: String {
    var parts = ["\(matched.count) tensors matched"]
    if !missing.isEmpty { parts.append("\(missing.count) missing: \(shortList(missing))") }
    if !extra.isEmpty { parts.append("\(extra.count) not used: \(shortList(extra))") }
    return "\(source): " + parts.joined(separator: "; ") + "."
  }
}

/// The first of many names, and how many more there are.
func shortList(_ names: [String], atMost limit: Int = 8) -> String {
  let shown = names.prefix(limit).joined(separator: ", ")
  return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
}
