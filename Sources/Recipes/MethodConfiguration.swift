public import Adapters
internal import Foundation
public import Optimizers

/// What of a model is tuned, and how: the `method` block of a recipe.
///
/// One method is used, which ``kind`` names; only its settings count and are written.
public struct MethodConfiguration: CheckedConfiguration {
  /// The method.
  public var kind = Kind.full
  /// The form in which the frozen weights of the base are kept.
  public var base = BaseWeights.automatic
  /// Settings of LoRA.
  public var lora = LoRASettings()
  /// Settings of AdaLoRA.
  public var adaLoRA = AdaLoRASettings()
  /// Settings of VeRA.
  public var vera = VeRASettings()
  /// Settings of IA³.
  public var ia3 = IA3Settings()
  /// Settings of bottleneck adapters.
  public var bottleneck = BottleneckSettings()
  /// Settings of prefix tuning.
  public var prefix = PrefixSettings()
  /// Settings of prompt tuning.
  public var prompt = PromptSettings()
  /// Settings of P-tuning.
  public var pTuning = PTuningSettings()
  /// Settings of BitFit.
  public var bitFit = BitFitSettings()

  /// The whole model.
  public init() {}

  /// The method as the library takes it.
  public var tuning: TuningMethod {
    switch kind {
    case .full: .full
    case .lora: .lora(lora)
    case .adaLoRA: .adaLoRA(adaLoRA)
    case .vera: .vera(vera)
    case .ia3: .ia3(ia3)
    case .bottleneck: .bottleneck(bottleneck)
    case .prefix: .prefix(prefix)
    case .prompt: .prompt(prompt)
    case .pTuning: .pTuning(pTuning)
    case .bitFit: .bitFit(bitFit)
    }
  }

  /// The form in few bits that a method keeps the base in; nil for plain numbers.
  var quantizedBase: BaseWeights? {
    kind != .full && (base == .int8 || base == .nf4) ? base : nil
  }

  /// Everything that is wrong with the settings of the method.
  public var problems: [ConfigurationProblem] {
    var checks = ConfigurationChecks()
    do {
      try tuning.settings?.validate()
    } catch {
      let (key, text) = located("\(error)")
      checks.require(false, key, text)
    }
    checks.require(
      base == .automatic || kind != .full, "base",
      "is \(base.rawValue), but the whole model is tuned; name a method, such as lora, or leave it "
        + "out")
    return checks.problems
  }

  /// The key that a sentence such as `LoRA: rank is 0; it must be at least 1.` is about, and what it
  /// says of it.
  private func located(_ sentence: String) -> (key: String, text: String) {
    let said = sentence.firstRange(of: ": ").map { sentence[$0.upperBound...] } ?? sentence[...]
    let text = said.hasSuffix(".") ? said.dropLast() : said
    let word = text.prefix { $0 != " " }
    let leaves = Settings.inSection("method.\(kind.rawValue)").map(\.leaf)
    guard
      let leaf = leaves.first(where: {
        SettingName.normalized($0) == SettingName.normalized(word)
      })
    else { return (kind.rawValue, "cannot be used: \(text)") }
    return ("\(kind.rawValue).\(leaf)", String(text.dropFirst(word.count + 1)))
  }
}

extension MethodConfiguration {
  /// The methods of tuning.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// All of the model's weights.
    case full
    /// Thin matrices beside dense layers.
    case lora
    /// Thin matrices whose ranks the training shares out.
    case adaLoRA = "adalora"
    /// Scales of shared random matrices.
    case vera
    /// Scales of keys, values and feed-forward parts.
    case ia3
    /// Small feed-forward parts in every layer.
    case bottleneck
    /// Keys and values before those of every text.
    case prefix
    /// Vectors before the words of every text.
    case prompt
    /// Such vectors, made by a small network.
    case pTuning = "p-tuning"
    /// The biases alone.
    case bitFit = "bitfit"
  }

  /// The form in which frozen weights are kept.
  public enum BaseWeights: String, Codable, Sendable, CaseIterable {
    /// As the run computes: bf16 where the machine is fast with it, else fp32.
    case automatic = "auto"
    /// 4 bytes a weight.
    case float32
    /// 2 bytes a weight.
    case bfloat16
    /// 1 byte a weight.
    case int8
    /// Half a byte a weight: QLoRA's 4-bit NormalFloat, its scales quantised too.
    case nf4
  }
}

extension MethodConfiguration.Kind {
  /// The method that a section of a recipe belongs to, such as `method.lora`; nil for another.
  init?(section: String) {
    guard section.hasPrefix("method.") else { return nil }
    let name = SettingName.normalized(section.dropFirst("method.".count))
    guard let kind = Self.allCases.first(where: { SettingName.normalized($0.rawValue) == name })
    else { return nil }
    self = kind
  }

  /// What it is called in sentences.
  var name: String {
    switch self {
    case .full: "full tuning"
    case .lora: LoRASettings.title
    case .adaLoRA: AdaLoRASettings.title
    case .vera: VeRASettings.title
    case .ia3: IA3Settings.title
    case .bottleneck: BottleneckSettings.title
    case .prefix: PrefixSettings.title
    case .prompt: PromptSettings.title
    case .pTuning: PTuningSettings.title
    case .bitFit: BitFitSettings.title
    }
  }

  /// The learning rate that a run has when none is given, and whose it is; nil for the optimiser's
  /// own default.
  var usualLearningRate: (rate: Double, source: String)? {
    switch self {
    case .full: nil
    case .lora: (5e-4, "Hu et al., 2021, for RoBERTa")
    case .adaLoRA: (1e-3, "Zhang et al., 2023, for DeBERTa")
    case .vera: (4e-3, "Kopiczko et al., 2023, for RoBERTa")
    case .ia3: (3e-3, "Liu et al., 2022")
    case .bottleneck: (3e-4, "Houlsby et al., 2019")
    case .prefix: (5e-3, "P-tuning v2, Liu et al., 2022")
    case .prompt: (3e-2, "far higher than for weights, as Lester et al., 2021, have it")
    case .pTuning: (1e-3, "Liu et al., 2021")
    case .bitFit: (1e-3, "Ben Zaken et al., 2021")
    }
  }
}

extension MethodConfiguration {
  /// Reads the keys of a recipe's block and their values in YAML.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.singleValueContainer().decode([String: String].self)
    var recipe = Recipe(
      model: "", task: TaskConfiguration(), data: DataConfiguration(train: ""),
      output: OutputConfiguration(folder: ""))
    for setting in Settings.method where !setting.isCommon {
      guard let text = values[setting.key] else { continue }
      let place = SettingPlace.flag(setting.key)
      try setting.apply(&recipe, YAMLText.value(text, at: place))
    }
    self = recipe.method
  }

  /// Writes the keys of a recipe's block and their values in YAML.
  public func encode(to encoder: any Encoder) throws {
    var recipe = Recipe(
      model: "", task: TaskConfiguration(), data: DataConfiguration(train: ""),
      output: OutputConfiguration(folder: ""))
    recipe.method = self
    let written = Settings.method.filter { $0.isWritten(recipe) }
    var container = encoder.singleValueContainer()
    try container.encode(
      Dictionary(uniqueKeysWithValues: written.map { ($0.key, $0.yaml(recipe)) }))
  }
}
