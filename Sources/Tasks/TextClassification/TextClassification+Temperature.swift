public import Evaluation
internal import Models

extension TextClassification: TemperatureScaled {
  /// Of one logit a label; nil for numbers.
  public func makeScaling() -> TemperatureScaling? {
    switch pretrained.labels.problem {
    case .singleLabel: TemperatureScaling(classes: labels.count)
    case .multiLabel: TemperatureScaling(classes: labels.count, activation: .independent)
    case .regression: nil
    }
  }

  /// Adds logits and their targets.
  public func add(
    _ outputs: [ClassificationOutput], _ examples: [ClassificationExample],
    to scaling: inout TemperatureScaling
  ) throws {
    let logits = outputs.flatMap(\.logits)
    guard pretrained.labels.problem == .multiLabel else {
      try scaling.update(logits: logits, references: lossFunction.classes(examples))
      return
    }
    try scaling.update(
      logits: logits,
      references: examples.map { example in
        if case .labels(let places) = example.target { places } else { [] }
      })
  }
}
