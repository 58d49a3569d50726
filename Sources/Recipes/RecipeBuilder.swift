import Training

/// A recipe with what there is to say about how it came to be.
public struct ResolvedRecipe: Sendable, Equatable {
  /// The recipe, every value known, with nothing wrong that can be told without the data.
  public var recipe: Recipe
  /// What was understood by another name, passed over with a reason, or is good to know; each a
  /// sentence, files first, with their places.
  public var notes: [String]
  /// The keys that were given; the others have their defaults.
  public var given: Set<String>
}

/// Makes a recipe of a file, of flags, or of both; flags win.
public struct RecipeBuilder: Sendable {
  private enum Source: Sendable {
    case none
    case file(String)
    case text(String, name: String)
  }

  private let source: Source
  private let overrides: [RecipeOverride]

  /// Names a recipe file, if any, and what the command line gives; nothing is read yet.
  public init(file: String?, overrides: [RecipeOverride] = []) {
    source = file.map { .file($0) } ?? .none
    self.overrides = overrides
  }

  /// Takes the text of a recipe; `name` is what messages call it.
  public init(yaml: String, name: String = "recipe", overrides: [RecipeOverride] = []) {
    source = .text(yaml, name: name)
    self.overrides = overrides
  }

  /// Reads everything and checks it.
  ///
  /// - Throws: ``RecipesError`` with every problem of the file and the flags and its place.
  public func build() throws(RecipesError) -> ResolvedRecipe {
    let layers = [SettingsLayer(recipe: try recipe()), SettingsLayer(overrides: overrides)]
    var resolution = RecipeResolution(layers)
    return try resolution.resolve()
  }

  private func recipe() throws(RecipesError) -> RawValue {
    switch source {
    case .none: return RawValue(content: .null, place: .flag("the command line"))
    case .file(let path):
      return try YAMLText.value(
        try RecipeText.read(path), at: .file(path, line: 1, column: 1))
    case .text(let text, let name):
      return try YAMLText.value(text, at: .file(name, line: 1, column: 1))
    }
  }
}
