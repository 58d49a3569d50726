import Optimizers
import Training

/// A setting that is one of a few words, which are its raw values.
protocol SettingChoice: SettingValue, CaseIterable, RawRepresentable where RawValue == String {}

extension SettingChoice {
  init(setting raw: Recipes.RawValue) throws(ValueMismatch) {
    let words = Self.allCases.map(\.rawValue)
    let expected = words.count == 1 ? "'\(words[0])'" : "one of " + words.joined(separator: ", ")
    let text: String
    switch raw.content {
    case .plain(let word), .quoted(let word), .argument(let word): text = word
    case .null, .list, .mapping: throw ValueMismatch(expected: expected)
    }
    let wanted = SettingName.normalized(text)
    guard let choice = Self.allCases.first(where: { SettingName.normalized($0.rawValue) == wanted })
    else {
      let near = Spelling.nearest(to: text, among: words)
      throw ValueMismatch(expected: expected, hint: near.map { "did you mean '\($0)'?" })
    }
    self = choice
  }

  var yaml: String { YAMLScalar.text(rawValue) }
}

extension TaskConfiguration.Kind: SettingChoice {}
extension TaskConfiguration.Problem: SettingChoice {}
extension DataConfiguration.Format: SettingChoice {}
extension DataConfiguration.Truncation: SettingChoice {}
extension DataConfiguration.TruncationSide: SettingChoice {}
extension DataConfiguration.BadRowPolicy: SettingChoice {}
extension TrainingConfiguration.Precision: SettingChoice {}
extension TrainingConfiguration.Order: SettingChoice {}
extension TrainingConfiguration.Device: SettingChoice {}
extension OptimizerConfiguration.Kind: SettingChoice {}
extension OptimizerConfiguration.Moments: SettingChoice {}
extension ScheduleConfiguration.Kind: SettingChoice {}
