/// What a key of a recipe names, whoever's name and spelling it is.
enum SettingKey {
  /// One of our settings; `asNote` when by another name than its own.
  case setting(Setting, asNote: Bool)
  /// A section, by its own name.
  case section(String)
  /// A name of Hugging Face's.
  case huggingFace(HuggingFaceName)
  /// Nothing.
  case unknown

  /// Looks a key up: by its path; then as a name of Hugging Face's, which may stand in any
  /// section; then, at the top or in `training`, by the last part alone and by its flag.
  init(_ path: [String]) {
    let name = path.joined(separator: ".")
    if let setting = Settings.named(name) {
      self = .setting(setting, asNote: false)
    } else if let section = Settings.section(name) {
      self = .section(section)
    } else if let last = path.last,
      path.count == 1 || Settings.section(path.dropLast().joined(separator: ".")) != nil
    {
      self = Self.other(last, anywhere: path.count == 1 || Settings.section(path[0]) == "training")
    } else {
      self = .unknown
    }
  }

  private static func other(_ name: String, anywhere: Bool) -> SettingKey {
    if let known = HuggingFaceName.named(name) { return .huggingFace(known) }
    guard anywhere else { return .unknown }
    let leaves = Settings.withLeaf(name)
    if leaves.count == 1 { return .setting(leaves[0], asNote: true) }
    let flag = SettingName.normalized(name)
    let flagged = Settings.all.first { $0.flag.map(SettingName.normalized) == flag }
    return flagged.map { .setting($0, asNote: true) } ?? .unknown
  }

  /// The sentence about a key that is nothing, with the key that was most likely meant.
  static func unknownSentence(_ path: [String]) -> String {
    let name = path.joined(separator: ".")
    let beginning = "there is no setting '\(name.shortened)'"
    let meant = nearest(path)
    if !meant.isEmpty {
      return "\(beginning); did you mean \(meant.map { "'\($0)'" }.joined(separator: " or "))?"
    }
    if path.count > 1, let section = Settings.section(path.dropLast().joined(separator: ".")) {
      let keys = Settings.inSection(section).map(\.leaf).joined(separator: ", ")
      return "\(beginning); \(section) has \(keys)"
    }
    let sections =
      Settings.inSection("").map(\.key) + Settings.sectionNames.filter { !$0.contains(".") }
    return "\(beginning); a recipe has \(sections.joined(separator: ", "))"
  }

  /// Short names that people try, too far from ours for a comparison of letters.
  private static let shortNames = [
    "lr": "optimizer.learningRate", "wd": "optimizer.weightDecay", "eps": "optimizer.epsilon",
    "steps": "training.maximumSteps", "bs": "training.batchSize", "batch": "training.batchSize",
    "clip": "training.maximumGradientNorm", "patience": "training.earlyStoppingPatience",
    "scheduler": "schedule.kind", "text": "data.textColumn", "label": "data.labelColumn",
  ]

  /// The keys nearest to a path: in its own section first, then anywhere.
  private static func nearest(_ path: [String]) -> [String] {
    guard let last = path.last else { return [] }
    if let key = shortNames[SettingName.normalized(last)] { return [key] }
    let section = Settings.section(path.dropLast().joined(separator: "."))
    if let section {
      let own = Settings.inSection(section)
      if let leaf = Spelling.nearest(to: last, among: own.map(\.leaf)) {
        return own.filter { $0.leaf == leaf }.map(\.key)
      }
    }
    let exact = Settings.withLeaf(last)
    if !exact.isEmpty { return exact.map(\.key) }
    let tops = Settings.inSection("").map(\.key) + Settings.sectionNames
    if path.count == 1, let top = Spelling.nearest(to: last, among: tops) { return [top] }
    if let leaf = Spelling.nearest(to: last, among: Settings.all.map(\.leaf)) {
      return Settings.withLeaf(leaf).map(\.key)
    }
    let foreign = HuggingFaceName.settings + HuggingFaceName.translations + HuggingFaceName.peft
    return Spelling.nearest(to: last, among: foreign.map(\.name)).map { [$0] } ?? []
  }
}
