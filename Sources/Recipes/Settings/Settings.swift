/// All settings of a recipe.
enum Settings {
  /// In the order in which a recipe is written.
  static let all: [Setting] =
    top + data + training + optimizer + adafactor + schedule + method + freezing + lstm + tasks
    + output

  /// The setting of a key, spelled with or without hyphens, underscores and capitals.
  static func named(_ key: String) -> Setting? {
    byName[SettingName.normalized(key)]
  }

  /// The settings whose last part of the key is this name.
  static func withLeaf(_ name: String) -> [Setting] {
    byLeaf[SettingName.normalized(name)] ?? []
  }

  /// The section of a name, such as `training` or `optimizer.adafactor`, in its own spelling.
  static func section(_ name: String) -> String? {
    sections[SettingName.normalized(name)]
  }

  /// The settings directly in a section; those at the top for an empty name.
  static func inSection(_ section: String) -> [Setting] {
    all.filter { $0.section == section }
  }

  /// The setting that a section stands for when it is given one word: `optimizer: sgd`.
  static func shorthand(of section: String) -> Setting? {
    switch section {
    case "optimizer", "schedule", "method": named(section + ".kind")
    case "output": named("output.folder")
    default: nil
    }
  }

  /// All sections, in the order in which a recipe is written.
  static let sectionNames: [String] = all.map(\.section).reduce(into: []) { names, section in
    if !section.isEmpty, !names.contains(section) { names.append(section) }
  }

  private static let byName = Dictionary(
    all.map { (SettingName.normalized($0.key), $0) }, uniquingKeysWith: { first, _ in first })

  private static let byLeaf = Dictionary(grouping: all) { SettingName.normalized($0.leaf) }

  private static let sections = Dictionary(
    sectionNames.map { (SettingName.normalized($0), $0) }, uniquingKeysWith: { first, _ in first })
}

extension CaseIterable where Self: RawRepresentable<String> {
  /// A flag that takes one of the words.
  static var flagKind: RecipeFlag.Kind { .choice(allCases.map(\.rawValue)) }
}
