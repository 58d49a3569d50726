import Adapters
import Layers

/// The placements of bottleneck adapters that papers gave names.
enum BottleneckPlacement: String, SettingChoice {
  case pfeiffer, houlsby, parallel

  /// Its settings.
  var settings: BottleneckSettings {
    switch self {
    case .pfeiffer: .pfeiffer
    case .houlsby: .houlsby
    case .parallel: .parallel
    }
  }
}

extension BottleneckSettings {
  /// The placement as a setting; to set it takes over all that belongs to it.
  var placement: BottleneckPlacement {
    get { isParallel ? .parallel : afterAttention ? .houlsby : .pfeiffer }
    set { self = newValue.settings }
  }

  /// Hugging Face's name of the non-linearity.
  var activationWord: ActivationWord {
    get { ActivationWord(activation) }
    set { activation = newValue.activation }
  }

  /// The layers without adapters as a setting.
  var leftOutNumbers: WholeNumbers {
    get { WholeNumbers(leftOut.sorted()) }
    set { leftOut = Set(newValue.values) }
  }
}

/// A non-linearity by Hugging Face's name.
struct ActivationWord: SettingValue {
  let activation: Activation

  init(_ activation: Activation) { self.activation = activation }

  init(setting raw: RawValue) throws(ValueMismatch) {
    let name = try raw.read(String.self)
    guard let activation = Activation(rawValue: name) else {
      let names = Activation.allCases.map(\.rawValue)
      let near = Spelling.nearest(to: name, among: names)
      throw ValueMismatch(
        expected: "one of " + names.joined(separator: ", "),
        hint: near.map { "did you mean '\($0)'?" })
    }
    self.activation = activation
  }

  var yaml: String { YAMLScalar.text(activation.rawValue) }
}

extension PTuningSettings.Encoder: SettingChoice {}

extension PromptSettings.Start: SettingValue {
  init(setting raw: RawValue) throws(ValueMismatch) {
    let text = try raw.read(String.self)
    switch raw.word.map(SettingName.normalized) {
    case "random": self = .random
    case "vocabulary": self = .vocabulary
    default: self = .text(text)
    }
  }

  var yaml: String {
    switch self {
    case .random: "random"
    case .vocabulary: "vocabulary"
    case .text(let text): YAMLScalar.quoted(text)
    }
  }
}
