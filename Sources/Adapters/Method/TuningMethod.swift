/// What of a model is tuned, and how: the `method` of a recipe.
///
/// A value: nothing is attached yet. Every case but ``full`` carries the settings of its method,
/// whose defaults are those of PEFT where PEFT has the method.
public enum TuningMethod: Sendable, Equatable {
  /// All of the model's own parameters.
  case full
  /// Products of two thin matrices beside dense layers (Hu et al., 2021).
  case lora(LoRASettings)
  /// Such products whose ranks the training shares out among layers (Zhang et al., 2023).
  case adaLoRA(AdaLoRASettings)
  /// Fixed random thin matrices, shared by all layers, with trained scales (Kopiczko et al., 2023).
  case vera(VeRASettings)
  /// Trained scales of keys, values and the middle of feed-forward parts (Liu et al., 2022).
  case ia3(IA3Settings)
  /// Small feed-forward parts inside each layer (Houlsby et al., 2019; Pfeiffer et al., 2020).
  case bottleneck(BottleneckSettings)
  /// Trained keys and values before those of every text (Li and Liang, 2021).
  case prefix(PrefixSettings)
  /// Trained vectors before the words of every text (Lester et al., 2021).
  case prompt(PromptSettings)
  /// Such vectors, made by a small network (Liu et al., 2021).
  case pTuning(PTuningSettings)
  /// The biases alone (Ben Zaken et al., 2021).
  case bitFit(BitFitSettings)

  /// The settings of the method; nil for ``full``, which attaches nothing.
  public var settings: (any MethodSettings)? {
    switch self {
    case .full: nil
    case .lora(let settings): settings
    case .adaLoRA(let settings): settings
    case .vera(let settings): settings
    case .ia3(let settings): settings
    case .bottleneck(let settings): settings
    case .prefix(let settings): settings
    case .prompt(let settings): settings
    case .pTuning(let settings): settings
    case .bitFit(let settings): settings
    }
  }

  /// The key of a recipe's `method` block: `lora`, `adalora`, `vera`, `ia3`, `bottleneck`, `prefix`,
  /// `prompt`, `p_tuning`, `bitfit` or `full`.
  public var key: String {
    switch self {
    case .full: "full"
    case .lora: "lora"
    case .adaLoRA: "adalora"
    case .vera: "vera"
    case .ia3: "ia3"
    case .bottleneck: "bottleneck"
    case .prefix: "prefix"
    case .prompt: "prompt"
    case .pTuning: "p_tuning"
    case .bitFit: "bitfit"
    }
  }
}
