/// Finds out which method of tuning is meant, and brings its settings to it.
///
/// A method is named by `method: lora`, or by a section of its own, `method: {lora: {rank: 8}}`. What
/// several methods have, such as a rank, may also be given without naming the section: `--rank 8`.
struct MethodSettling {
  private(set) var given: [String: SettingsLayer.Given]
  private(set) var notes: [String] = []
  private(set) var problems: [RecipesError.Problem] = []
  private let sections: [(kind: MethodConfiguration.Kind, place: SettingPlace)]

  /// Takes what the layers gave, and the sections of methods that stand in them.
  init(
    _ given: [String: SettingsLayer.Given],
    _ sections: [(kind: MethodConfiguration.Kind, place: SettingPlace)]
  ) {
    self.given = given
    let keyed = Settings.method.compactMap { setting in
      given[setting.key].flatMap { source in
        MethodConfiguration.Kind(section: setting.section).map { ($0, source.place) }
      }
    }
    self.sections = sections + keyed
  }

  /// Names the method, refuses a second one, and moves common settings to it.
  mutating func settle() {
    if given["method.kind"] == nil, let first = sections.first {
      let value = RawValue(content: .plain(first.kind.rawValue), place: first.place)
      given["method.kind"] = SettingsLayer.Given(
        key: "method.kind", value: value, name: "method.\(first.kind.rawValue)", place: first.place)
    }
    guard let named = given["method.kind"] else {
      for setting in common { refuse(setting, "belongs to a method; name one: --method lora") }
      return
    }
    // A word that is none is told as such when it is read.
    guard let kind = try? named.value.read(MethodConfiguration.Kind.self) else {
      for setting in common { given[setting.key] = nil }
      return
    }
    refuseOthers(than: kind, named)
    for setting in common { move(setting, to: kind) }
  }

  private var common: [SettingsLayer.Given] {
    Settings.method.filter(\.isCommon).compactMap { given[$0.key] }
  }

  /// Refuses sections of other methods; those of a file give way to a method named by a flag.
  private mutating func refuseOthers(
    than kind: MethodConfiguration.Kind, _ named: SettingsLayer.Given
  ) {
    var told: Set<MethodConfiguration.Kind> = [kind]
    for (other, place) in sections where told.insert(other).inserted {
      if case .flag = named.place, case .file = place {
        notes.append("\(named.place): replaces method.\(other.rawValue) (\(place))")
        for setting in Settings.inSection("method.\(other.rawValue)") { given[setting.key] = nil }
        continue
      }
      problems.append(
        .init(
          .conflictingKeys, at: place,
          "method.\(other.rawValue) and \(named.name) (\(named.place)) exclude each other; a run "
            + "has one method"))
    }
  }

  /// Gives a common setting to the method, unless it has none of that name.
  private mutating func move(_ setting: SettingsLayer.Given, to kind: MethodConfiguration.Kind) {
    let leaf = SettingName.path(setting.key).last ?? setting.key
    let section = "method.\(kind.rawValue)"
    guard let target = Settings.inSection(section).first(where: { $0.leaf == leaf }) else {
      let own = Settings.inSection(section).map(\.leaf).joined(separator: ", ")
      refuse(
        setting,
        kind == .full
          ? "belongs to a method, but the whole model is tuned; name one: --method lora"
          : "is set, but \(kind.name) has none; it has \(own)")
      return
    }
    given[setting.key] = nil
    let moved = setting.renamed(target.key)
    guard let other = given[target.key] else {
      given[target.key] = moved
      return
    }
    switch (other.place, setting.place) {
    case (.file, .flag): given[target.key] = moved
    case (.flag, .file): break
    default:
      problems.append(
        .init(
          .duplicateKey, at: setting.place,
          "'\(setting.name)' gives \(target.key), which '\(other.name)' at \(other.place) gives "
            + "already; keep one"))
    }
  }

  private mutating func refuse(_ setting: SettingsLayer.Given, _ text: String) {
    given[setting.key] = nil
    problems.append(.init(.conflictingKeys, at: setting.place, "\(setting.name) \(text)"))
  }
}
