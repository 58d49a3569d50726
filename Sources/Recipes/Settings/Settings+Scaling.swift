import Adapters

extension Settings {
  static let vera: [Setting] = [
    Setting(
      "method.vera.rank", \.method.vera.rank, .number("N"),
      "Rows of the first shared matrix (default: 256)."),
    Setting(
      "method.vera.projectionSeed", \.method.vera.projectionSeed, .number("N"),
      "Seed of the shared matrices (default: 0)."),
    Setting(
      "method.vera.saveProjection", \.method.vera.savesProjection, .toggle,
      "Whether the shared matrices are saved (default: true)."),
    Setting(
      "method.vera.dropout", \.method.vera.dropout, .number("rate"),
      "Share of the input that is dropped while training (default: 0)."),
    Setting(
      "method.vera.initialScale", \.method.vera.initialScale, .number("N"),
      "What the scales of the rank begin with (default: 0.1)."),
    Setting(
      "method.vera.targets", \.method.vera.modules.targets, .text("a,b|regex|all-linear"),
      "Layers that are changed (default: queries and values)."),
    Setting(
      "method.vera.exclude", \.method.vera.modules.excluded, .text("a,b|regex"),
      "Layers that are left alone."),
    Setting(
      "method.vera.layers", \.method.vera.modules.layerNumbers, .text("0,1"),
      "Numbers of the layers that are changed (default: all)."),
    Setting(
      "method.vera.layersPattern", \.method.vera.modules.layersPattern, .text("a,b"),
      "What stands before those numbers."),
    Setting(
      "method.vera.bias", \.method.vera.bias, BiasTraining.flagKind,
      "Biases that are trained too (default: none)."),
    Setting(
      "method.vera.modulesToSave", \.method.vera.modulesToSave, .text("a,b"),
      "Modules that are trained whole beside it."),
  ].map { $0.of(.vera) }

  static let ia3: [Setting] = [
    Setting(
      "method.ia3.targets", \.method.ia3.modules.targets, .text("a,b|regex|all-linear"),
      "Layers that are scaled (default: keys, values and the second of feed-forward parts)."),
    Setting(
      "method.ia3.feedforward", \.method.ia3.feedForward, .text("a,b|regex"),
      "Those whose input is scaled (default: the second of feed-forward parts)."),
    Setting(
      "method.ia3.exclude", \.method.ia3.modules.excluded, .text("a,b|regex"),
      "Layers that are left alone."),
    Setting(
      "method.ia3.layers", \.method.ia3.modules.layerNumbers, .text("0,1"),
      "Numbers of the layers that are scaled (default: all)."),
    Setting(
      "method.ia3.layersPattern", \.method.ia3.modules.layersPattern, .text("a,b"),
      "What stands before those numbers."),
    Setting(
      "method.ia3.modulesToSave", \.method.ia3.modulesToSave, .text("a,b"),
      "Modules that are trained whole beside it."),
  ].map { $0.of(.ia3) }

  static let bitFit: [Setting] = [
    Setting(
      "method.bitfit.pattern", \.method.bitFit.pattern, .text("regex"),
      "Biases that are trained, by their whole names (default: all)."),
    Setting(
      "method.bitfit.modulesToSave", \.method.bitFit.modulesToSave, .text("a,b"),
      "Modules that are trained whole beside it."),
  ].map { $0.of(.bitFit) }
}
