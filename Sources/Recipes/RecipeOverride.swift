/// A setting given on the command line; it wins over the recipe file.
public struct RecipeOverride: Sendable, Equatable {
  /// The setting, such as `training.epochs`, or any other name that a recipe understands.
  public var key: String
  /// The text of its value, as it was typed.
  public var value: String
  /// What to call it in messages, such as `--epochs`.
  public var origin: String

  /// Gives a setting.
  public init(key: String, value: String, origin: String) {
    self.key = key
    self.value = value
    self.origin = origin
  }

  /// Reads what follows `--set`, such as `training.epochs=3`; the value begins after the first `=`.
  ///
  /// - Throws: ``RecipesError`` when there is no key or no `=`.
  public init(assignment: String) throws(RecipesError) {
    guard let equals = assignment.firstIndex(of: "="), equals > assignment.startIndex else {
      let key = assignment.prefix { $0 != "=" }
      throw RecipesError(
        .invalidValue, at: .flag("--set \(assignment.shortened)"),
        "a key and a value are needed; write --set \(key.isEmpty ? "training.epochs" : key)=3, "
          + "for example")
    }
    key = String(assignment[..<equals]).trimmingSpaces
    value = String(assignment[assignment.index(after: equals)...])
    origin = "--set \(key)"
  }
}
