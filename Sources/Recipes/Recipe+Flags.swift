/// A flag of the command line that gives one setting.
public struct RecipeFlag: Sendable, Equatable {
  /// What a flag takes.
  public enum Kind: Sendable, Equatable {
    /// Any text, a file, a column.
    case text(String)
    /// A number; the name stands for it in the help.
    case number(String)
    /// One of these words.
    case choice([String])
    /// Nothing: to give it is to say yes.
    case toggle
  }

  /// The name without its dashes, such as `batch-tokens`.
  public let name: String
  /// The setting that it gives, such as `training.batchTokens`.
  public let key: String
  /// What it takes.
  public let kind: Kind
  /// What the setting does, and its default.
  public let help: String

  /// What stands for the value in the help, such as `N` or `a|b`; nil for a toggle.
  public var valueName: String? {
    switch kind {
    case .text(let name), .number(let name): name
    case .choice(let words): words.joined(separator: "|")
    case .toggle: nil
    }
  }

  /// What the flag changes when it was given with a value, or alone for a toggle.
  public func override(_ value: String? = nil) -> RecipeOverride {
    RecipeOverride(key: key, value: value ?? "true", origin: "--\(name)")
  }
}

extension Recipe {
  /// The flags that `finetune train` offers beside `--set`, in the order of the help.
  public static let flags: [RecipeFlag] = Settings.all.compactMap { setting in
    setting.flag.map {
      RecipeFlag(name: $0, key: setting.key, kind: setting.kind, help: setting.help)
    }
  }

  /// The keys of all settings, in the order in which a recipe is written.
  public static let keys: [String] = Settings.all.map(\.key)
}
