import Training

extension Settings {
  static let freezing: [Setting] = [
    Setting(
      "freezing.topLayers", \.freezing.topLayers, flag: "top-layers", .number("N"),
      "Layers that are trained, from the top; embeddings are not (default: all of both)."),
    Setting(
      "freezing.frozen", \.freezing.frozen, flag: "freeze", .text("a,b"),
      "Parameters that are not trained: patterns, embeddings, norms, biases or head."),
    Setting(
      "freezing.trainable", \.freezing.trainable, flag: "train-only", .text("a,b"),
      "Parameters that are trained whatever else is said; alone, no others are."),
    Setting(
      "freezing.gradual.every", \.freezing.gradualEvery, flag: "unfreeze-every",
      .text("epoch|none|N"), "When the next layers join in, from the top (default: none)."),
    Setting(
      "freezing.gradual.layers", \.freezing.gradualLayers, .number("N"),
      "How many layers join in at once (default: 1)."),
    Setting(
      "freezing.gradual.startLayers", \.freezing.gradualStartLayers, .number("N"),
      "How many layers are trained from the start (default: 0)."),
  ]
}

extension FreezingSettings {
  /// When layers join in; never without gradual unfreezing.
  var gradualEvery: Interval {
    get { gradual?.every ?? .never }
    set {
      if newValue == .never { gradual = nil } else { withGradual { $0.every = newValue } }
    }
  }

  /// How many layers join in at once; nil without gradual unfreezing.
  var gradualLayers: Int? {
    get { gradual?.layers }
    set { if let newValue { withGradual { $0.layers = newValue } } }
  }

  /// How many layers are trained from the start; nil without gradual unfreezing.
  var gradualStartLayers: Int? {
    get { gradual?.startLayers }
    set { if let newValue { withGradual { $0.startLayers = newValue } } }
  }

  private mutating func withGradual(_ change: (inout GradualUnfreezing) -> Void) {
    var settings = gradual ?? GradualUnfreezing()
    change(&settings)
    gradual = settings
  }
}
