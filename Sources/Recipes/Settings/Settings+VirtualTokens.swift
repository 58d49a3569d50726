import Adapters
import Layers

extension Settings {
  static let bottleneck: [Setting] = [
    Setting(
      "method.bottleneck.placement", \.method.bottleneck.placement, flag: "placement",
      BottleneckPlacement.flagKind,
      "Where bottleneck adapters stand and how (default: pfeiffer)."),
    Setting(
      "method.bottleneck.reductionFactor", \.method.bottleneck.reductionFactor, .number("N"),
      "How many times narrower their middle is (default: 16; parallel: 2)."),
    Setting(
      "method.bottleneck.activation", \.method.bottleneck.activationWord, .text("name"),
      "Their non-linearity, by Hugging Face's name (default: relu; houlsby: swish)."),
    Setting(
      "method.bottleneck.dropout", \.method.bottleneck.dropout, .number("rate"),
      "Share of their result that is dropped while training (default: 0)."),
    Setting(
      "method.bottleneck.leaveOut", \.method.bottleneck.leftOutNumbers, .text("0,1"),
      "Numbers of layers without adapters."),
  ].map { $0.of(.bottleneck) }

  static let virtualTokens: [Setting] = prefix + prompt + pTuning

  private static let prefix: [Setting] = [
    Setting(
      "method.prefix.virtualTokens", \.method.prefix.virtualTokens, .number("N"),
      "Keys and values before those of every text (default: 20)."),
    Setting(
      "method.prefix.reparameterization", \.method.prefix.isReparameterized, .toggle,
      "Whether a network makes them while training (default: false, as in P-tuning v2)."),
    Setting(
      "method.prefix.encoderHiddenSize", \.method.prefix.encoderHiddenSize, .number("N"),
      "Width of that network (default: the model's)."),
  ].map { $0.of(.prefix) }

  private static let prompt: [Setting] = [
    Setting(
      "method.prompt.virtualTokens", \.method.prompt.virtualTokens, .number("N"),
      "Vectors before the words of every text (default: 20)."),
    Setting(
      "method.prompt.start", \.method.prompt.start, .text("random|vocabulary|text"),
      "What they start as: random numbers, words drawn at random, or a text (default: random)."),
    Setting(
      "method.prompt.tokenizer", \.method.prompt.tokenizer, .text("folder"),
      "The tokenizer that PEFT is to cut the text up by."),
  ].map { $0.of(.prompt) }

  private static let pTuning: [Setting] = [
    Setting(
      "method.p-tuning.virtualTokens", \.method.pTuning.virtualTokens, .number("N"),
      "Vectors before the words of every text (default: 20)."),
    Setting(
      "method.p-tuning.encoder", \.method.pTuning.encoder, PTuningSettings.Encoder.flagKind,
      "The network that makes them (default: MLP)."),
    Setting(
      "method.p-tuning.encoderHiddenSize", \.method.pTuning.encoderHiddenSize, .number("N"),
      "Its width (default: the model's)."),
    Setting(
      "method.p-tuning.encoderLayers", \.method.pTuning.encoderLayers, .number("N"),
      "Layers of an LSTM (default: 2)."),
    Setting(
      "method.p-tuning.encoderDropout", \.method.pTuning.encoderDropout, .number("rate"),
      "Dropout of an LSTM (default: 0)."),
  ].map { $0.of(.pTuning) }
}
