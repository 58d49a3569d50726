public import Evaluation

/// A model whose probabilities a temperature can make fit.
public protocol TemperatureScaled: TaskModel {
  /// What logits are divided by; 1 leaves them as they are.
  var temperature: Double { get }

  /// An empty collection of logits; nil when the model gives no probabilities.
  func makeScaling() -> TemperatureScaling?

  /// Adds the logits of rows whose targets are known.
  func add(_ outputs: [Output], _ examples: [Example], to scaling: inout TemperatureScaling) throws
}

/// Finds the temperature of a model's outputs, whatever its task; nil for models without one.
public struct TemperatureSearch {
  private var scaling: TemperatureScaling?
  private let current: Double

  /// Begins to collect.
  public init(_ model: any TaskModel) {
    let scaled = model as? any TemperatureScaled
    scaling = scaled?.makeScaling()
    current = scaled?.temperature ?? 1
  }

  /// Whether the model has a temperature.
  public var isPossible: Bool { scaling != nil }

  /// Adds a batch of outputs.
  public mutating func add<Model: TaskModel>(
    _ model: Model, _ outputs: [Model.Output], _ examples: [Model.Example]
  ) throws {
    guard scaling != nil, let scaled = model as? any TemperatureScaled else { return }
    try add(scaled, outputs, examples)
  }

  private mutating func add<Scaled: TemperatureScaled>(
    _ model: Scaled, _ outputs: Any, _ examples: Any
  ) throws {
    guard var collected = scaling, let outputs = outputs as? [Scaled.Output],
      let examples = examples as? [Scaled.Example]
    else { return }
    // Two references to one collection would copy its logits at every batch.
    scaling = TemperatureScaling(classes: 1)
    try model.add(outputs, examples, to: &collected)
    scaling = collected
  }

  /// The fit, its temperature that of the bare logits.
  ///
  /// - Throws: `EvaluationError` when there are no rows.
  public func fit() throws -> TemperatureFit? {
    guard var fit = try scaling?.fit() else { return nil }
    fit.temperature *= current
    return fit
  }
}
