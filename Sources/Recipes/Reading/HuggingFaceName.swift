/// What a name of Hugging Face's `TrainingArguments`, or of its example scripts, means here.
struct HuggingFaceName: Sendable {
  /// What becomes of the value.
  enum Meaning: Sendable {
    /// It is the value of this setting.
    case setting(String)
    /// It has to be looked at.
    case translated(@Sendable (RawValue) throws(ValueMismatch) -> Translation)
    /// It tells how often something is done only together with another name.
    case interval(Interval)
    /// It changes nothing here, for this reason.
    case notNeeded(String)
    /// It is not built, for this reason; false, null, 0 and these values ask for nothing.
    case unsupported(String, harmless: [String] = [])
  }

  /// What a value becomes.
  enum Translation: Sendable {
    /// A value of a setting.
    case setting(String, RawValue)
    /// Nothing, for this reason.
    case nothing(String)
    /// A refusal, for this reason.
    case refused(String)
  }

  /// Half of how often something is done: the strategy or the number of steps.
  enum Interval: Hashable, Sendable {
    case evaluationStrategy, evaluationSteps, saveStrategy, saveSteps
  }

  /// The name, in its own spelling.
  let name: String
  /// What it means.
  let meaning: Meaning

  init(_ name: String, _ meaning: Meaning) {
    self.name = name
    self.meaning = meaning
  }

  /// A name for the same value of a setting.
  init(_ name: String, is key: String) {
    self.init(name, .setting(key))
  }

  /// The name, spelled with or without hyphens, underscores and capitals.
  static func named(_ name: String) -> HuggingFaceName? {
    byName[SettingName.normalized(name)]
  }

  /// All names, those that give a setting first.
  static let all = settings + translations + peft + notNeeded + unsupported

  private static let byName = Dictionary(
    all.map { (SettingName.normalized($0.name), $0) }, uniquingKeysWith: { first, _ in first })

  /// Whether the name is Hugging Face's alone, not one of ours in its spelling.
  var isForeign: Bool { Settings.withLeaf(name).isEmpty }
}
