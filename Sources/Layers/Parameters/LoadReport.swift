/// How a checkpoint's names and shapes met a model's.
public struct LoadReport: Sendable, Equatable {
  /// A tensor whose shape in the checkpoint is not the model's.
  public struct Reshaped: Sendable, Equatable {
    /// The parameter's name.
    public let name: String
    /// The shape in the checkpoint.
    public let found: [Int]
    /// The shape in the model.
    public let expected: [Int]
  }

  /// A tensor that the configuration ties to another, and that holds other values.
  public struct Contradicted: Sendable, Equatable {
    /// The name that is not used.
    public let name: String
    /// The parameter that is used in its place.
    public let tiedTo: String
  }

  /// Where the tensors came from, for messages; nil without a checkpoint.
  public internal(set) var source: String?
  /// Names that both have, with the same shape.
  public internal(set) var matched: [String] = []
  /// Names that only the model has.
  public internal(set) var missing: [String] = []
  /// Names that only the checkpoint has.
  public internal(set) var unexpected: [String] = []
  /// Names that both have, with different shapes.
  public internal(set) var reshaped: [Reshaped] = []
  /// Names of tables that got further rows, as ``RowGrowth`` asked for.
  public internal(set) var grown: [Reshaped] = []
  /// Names whose tensors differ from those that they are tied to.
  public internal(set) var contradicted: [Contradicted] = []

  /// Refuses a model that is not wholly loaded.
  ///
  /// - Parameter heads: Prefixes of names that a task may initialise: `classifier.` and its like.
  /// - Throws: ``LayersError`` with every missing and every reshaped name outside the heads.
  public func require(allBut heads: [String]) throws {
    let isHead = { (name: String) in heads.contains { name.hasPrefix($0) } }
    let lost = missing.filter { !isHead($0) }
    let wrong = reshaped.filter { !isHead($0.name) }
    guard let source, !(lost.isEmpty && wrong.isEmpty) else { return }
    var lines = ["The weights in \(source) do not make up this model."]
    if !lost.isEmpty { lines.append("Missing: \(Self.list(lost)).") }
    if !wrong.isEmpty {
      let told = wrong.map { "\($0.name) is \($0.found), must be \($0.expected)" }
      lines.append("Of another shape: \(Self.list(told)).")
    }
    if !unexpected.isEmpty { lines.append("Not used: \(Self.list(unexpected)).") }
    lines.append("Check that config.json belongs to these weights.")
    throw LayersError(.weights, lines.joined(separator: " "))
  }

  /// Sentences on everything that was not a plain match, for the screen; none when all matched.
  public func notes() -> [String] {
    guard source != nil else { return ["No checkpoint: every weight is initialised."] }
    var notes: [String] = []
    if !missing.isEmpty {
      notes.append("Newly initialised, since the checkpoint has none: \(Self.list(missing)).")
    }
    for item in reshaped {
      notes.append(
        "Newly initialised: \(item.name) is \(item.found) in the checkpoint, \(item.expected) here."
      )
    }
    for item in grown {
      notes.append(
        "Further rows: \(item.name) is \(item.found) in the checkpoint, \(item.expected) here; the "
          + "new rows begin near the mean of the others.")
    }
    for item in contradicted {
      notes.append(
        "Not used: \(item.name) of the checkpoint, since config.json ties it to \(item.tiedTo); "
          + "their values differ. If they should not be tied, set tie_word_embeddings to false.")
    }
    if !unexpected.isEmpty {
      notes.append("In the checkpoint and not used: \(Self.list(unexpected)).")
    }
    return notes
  }

  /// The first of many names, and how many more there are.
  private static func list(_ names: [String], atMost limit: Int = 12) -> String {
    let shown = names.prefix(limit).joined(separator: ", ")
    return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
  }
}
