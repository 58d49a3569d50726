/// One setting of a recipe: its key, its flag, and how it is read and written.
///
/// The tables of settings are the only place that knows the keys.
struct Setting: Sendable {
  /// The path in a recipe, such as `training.batchTokens`.
  let key: String
  /// The flag of the command line without its dashes; nil when only `--set` reaches it.
  let flag: String?
  /// What the flag takes.
  let kind: RecipeFlag.Kind
  /// What the setting does, for the help.
  let help: String
  /// The name that settings share of which only one may be given; nil when it stands alone.
  let group: String?
  /// Puts a written value into the recipe.
  let apply: @Sendable (inout Recipe, RawValue) throws(ValueMismatch) -> Void
  /// The value as YAML, on one line.
  let yaml: @Sendable (Recipe) -> String
  /// Whether a recipe has the setting: those of a method only when it is the one that is used.
  var isWritten: @Sendable (Recipe) -> Bool = { _ in true }
  /// Whether it stands for the setting of the same last name of whatever method is used.
  var isCommon = false

  /// A setting that is a property.
  init<Value: SettingValue>(
    _ key: String, _ path: any WritableKeyPath<Recipe, Value> & Sendable, flag: String? = nil,
    _ kind: RecipeFlag.Kind, _ help: String
  ) {
    self.key = key
    self.flag = flag
    self.kind = kind
    self.help = help
    group = nil
    apply = { (recipe, raw) throws(ValueMismatch) in
      recipe[keyPath: path] = try Value(setting: raw)
    }
    yaml = { $0[keyPath: path].yaml }
  }

  /// A setting that is one of several ways to give a property: null leaves the property alone.
  init<Value: SettingValue>(
    _ key: String, oneOf group: String, flag: String? = nil, _ kind: RecipeFlag.Kind,
    _ help: String, get: @escaping @Sendable (Recipe) -> Value?,
    set: @escaping @Sendable (inout Recipe, Value) -> Void
  ) {
    self.key = key
    self.flag = flag
    self.kind = kind
    self.help = help
    self.group = group
    apply = { (recipe, raw) throws(ValueMismatch) in
      if let value = try Value?(setting: raw) { set(&recipe, value) }
    }
    yaml = { get($0).yaml }
  }

  /// A setting that stands for that of the same last name of the method that is used.
  init(common key: String, flag: String? = nil, _ kind: RecipeFlag.Kind, _ help: String) {
    self.key = key
    self.flag = flag
    self.kind = kind
    self.help = help
    group = nil
    apply = { (_, _) throws(ValueMismatch) in }
    yaml = { _ in "null" }
    isWritten = { _ in false }
    isCommon = true
  }

  /// The same, written only into recipes of a method.
  func of(_ kind: MethodConfiguration.Kind) -> Setting {
    var setting = self
    setting.isWritten = { $0.method.kind == kind }
    return setting
  }

  /// The part of the key before its last point; empty for a key at the top.
  var section: String {
    key.lastIndex(of: ".").map { String(key[..<$0]) } ?? ""
  }

  /// The part of the key after its last point.
  var leaf: String {
    key.lastIndex(of: ".").map { String(key[key.index(after: $0)...]) } ?? key
  }
}
