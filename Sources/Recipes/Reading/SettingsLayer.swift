/// The settings that one source gives: a recipe file, or the command line.
struct SettingsLayer {
  /// One setting that was given.
  struct Given: Sendable {
    /// Our key for it.
    var key: String
    /// Its value.
    var value: RawValue
    /// The name it was given by.
    var name: String
    /// Where its name stands.
    var place: SettingPlace
  }

  /// What was given, by our key.
  private(set) var given: [String: Given] = [:]
  /// What was understood by other names, and what was passed over.
  private(set) var notes: [String] = []
  /// What is wrong.
  private(set) var problems: [RecipesError.Problem] = []
  /// Whether a name was used that only Hugging Face has.
  private(set) var hasForeignNames = false
  /// The methods of tuning whose sections are there, by their words, and where.
  private(set) var methods: [(kind: MethodConfiguration.Kind, place: SettingPlace)] = []
  private var intervals: [HuggingFaceName.Interval: Given] = [:]
  private var sections: [String: SettingPlace] = [:]

  /// Reads a whole recipe file.
  init(recipe: RawValue) {
    switch recipe.content {
    case .null: break
    case .mapping(let entries): read(entries, in: [])
    default:
      problems.append(
        .init(
          .wrongType, at: recipe.place,
          "a recipe is a list of keys, such as 'model: demo/model', found \(recipe.found)"))
    }
    finish()
  }

  /// Reads what the command line gives.
  init(overrides: [RecipeOverride]) {
    for override in overrides {
      let place = SettingPlace.flag(override.origin)
      let value = RawValue(content: .argument(override.value), place: place)
      let entry = RawValue.Entry(key: override.key, place: place, value: value)
      read(entry, at: SettingName.path(override.key))
    }
    finish()
  }

  private mutating func finish() {
    for assignment in HuggingFaceIntervals(intervals).resolve(&notes, &problems) {
      give(assignment)
    }
    settleGroups()
  }

  private mutating func read(_ entries: [RawValue.Entry], in path: [String]) {
    for entry in entries { read(entry, at: path + [entry.key]) }
  }

  private mutating func read(_ entry: RawValue.Entry, at path: [String]) {
    let name = path.joined(separator: ".")
    let direct = Given(key: "", value: entry.value, name: name, place: entry.place)
    switch SettingKey(path) {
    case .setting(let setting, let asNote):
      if asNote { notes.append("\(entry.place): understood \(name) as \(setting.key)") }
      give(direct.renamed(setting.key))
    case .section(let section): read(direct, section: section, path: path)
    case .huggingFace(let known): read(direct, as: known)
    case .unknown:
      problems.append(.init(.unknownKey, at: entry.place, SettingKey.unknownSentence(path)))
    }
  }

  private mutating func read(_ direct: Given, section: String, path: [String]) {
    if let kind = MethodConfiguration.Kind(section: section) {
      methods.append((kind, direct.place))
    }
    if let entries = direct.value.entries {
      if let first = sections.updateValue(direct.place, forKey: section) {
        problems.append(
          .init(
            .duplicateKey, at: direct.place,
            "the section '\(direct.name)' is given twice; it began at \(first); join the two"))
      }
      read(entries, in: path)
    } else if direct.value.isNull {
      return
    } else if let setting = Settings.shorthand(of: section) {
      give(direct.renamed(setting.key))
    } else {
      problems.append(
        .init(
          .wrongType, at: direct.value.place,
          "'\(direct.name)' is a section, whose settings stand indented below it; found "
            + direct.value.found))
    }
  }

  /// Takes a setting over, unless it has been given already.
  private mutating func give(_ setting: Given) {
    guard let first = given[setting.key] else {
      given[setting.key] = setting
      return
    }
    let sentence =
      first.name == setting.name
      ? "'\(setting.name)' is given twice, first at \(first.place); keep one"
      : "'\(setting.name)' gives \(setting.key), which '\(first.name)' at \(first.place) gives "
        + "already; keep one"
    problems.append(.init(.duplicateKey, at: setting.place, sentence))
  }

  private mutating func read(_ direct: Given, as known: HuggingFaceName) {
    if known.isForeign { hasForeignNames = true }
    if direct.value.isNull { return }
    switch known.meaning {
    case .setting(let key):
      note(direct, "understood \(direct.name) as \(key)")
      give(direct.renamed(key))
    case .interval(let interval):
      intervals[interval] = direct
    case .notNeeded(let reason): note(direct, "\(direct.name) changes nothing: \(reason)")
    case .unsupported(let reason, let harmless):
      let off = ["false", "no", "off", "none", "null", "0", "0.0"] + harmless
      if off.contains(direct.value.plainText.lowercased()) {
        note(direct, "\(direct.name) asks for nothing and changes nothing")
      } else {
        refuse(direct, "\(direct.name) is not built: \(reason)")
      }
    case .translated(let translate): read(direct, through: translate)
    }
  }

  private mutating func read(
    _ direct: Given,
    through translate: @Sendable (RawValue) throws(ValueMismatch) -> HuggingFaceName.Translation
  ) {
    do {
      switch try translate(direct.value) {
      case .setting(let key, let value):
        let same = value.plainText == direct.value.plainText
        note(direct, "understood \(direct.name) as \(key)" + (same ? "" : ": \(value.plainText)"))
        give(Given(key: key, value: value, name: direct.name, place: direct.place))
      case .nothing(let reason): note(direct, "\(direct.name) changes nothing: \(reason)")
      case .refused(let reason): refuse(direct, reason)
      }
    } catch {
      problems.append(error.problem(of: direct.name, direct.value))
    }
  }

  private mutating func note(_ direct: Given, _ text: String) {
    notes.append("\(direct.place): \(text)")
  }

  private mutating func refuse(_ direct: Given, _ text: String) {
    problems.append(.init(.unsupported, at: direct.place, text))
  }

  /// Refuses two settings of which only one may be given, but where Hugging Face says which wins.
  private mutating func settleGroups() {
    let members = Settings.all.filter { given[$0.key]?.value.isNone == false }
    for (setting, rival) in zip(members, members.dropFirst())
    where setting.group != nil && setting.group == rival.group {
      guard let one = given[setting.key], let other = given[rival.key] else { continue }
      if let (loser, reason) = HuggingFaceIntervals.loser(one, other) {
        given[loser.key] = nil
        note(loser, "\(loser.name) changes nothing: \(reason)")
        continue
      }
      problems.append(
        .init(
          .conflictingKeys, at: other.place,
          "\(other.name) and \(one.name) (\(one.place)) exclude each other; keep one"))
    }
  }
}

extension SettingsLayer.Given {
  /// The same, for this setting.
  func renamed(_ key: String) -> SettingsLayer.Given {
    SettingsLayer.Given(key: key, value: value, name: name, place: place)
  }
}
