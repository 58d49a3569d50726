internal import Layers
internal import Torch

/// The network of P-tuning that makes virtual tokens from a table: PEFT's `PromptEncoder`.
final class PromptEncoder: TokenSource {
  private let table: Parameter
  private let memory: RecurrentPart?
  private let layers: [AttachedLinear]

  var parameters: [Parameter] {
    [table] + (memory?.parameters ?? []) + layers.flatMap(\.parameters)
  }

  init(
    _ settings: PTuningSettings, rows: Int, width: Int, in store: ParameterStore,
    _ scope: AttachmentScope
  ) throws {
    let hidden = settings.encoderHiddenSize ?? width
    table = try scope.attach(
      "prompt_encoder.embedding.weight", .normal(deviation: 1), [rows, width], to: store)
    func dense(_ place: Int, _ from: Int, _ to: Int) throws -> AttachedLinear {
      try AttachedLinear("prompt_encoder.mlp_head.\(place)", from, to, to: store, scope)
    }
    switch settings.encoder {
    case .dense:
      memory = nil
      layers = [
        try dense(0, width, hidden), try dense(2, hidden, hidden), try dense(4, hidden, width),
      ]
    case .recurrent:
      memory = try RecurrentPart(settings, width: width, hidden: hidden, in: store, scope)
      layers = [try dense(0, 2 * hidden, 2 * hidden), try dense(2, 2 * hidden, width)]
    }
  }

  func rows() throws -> Tensor {
    var vectors = try memory?(table.value) ?? table.value
    for (place, layer) in layers.enumerated() {
      vectors = try layer(place == 0 ? vectors : vectors.relu())
    }
    return vectors
  }
}

/// Layers of long short-term memory in both directions over the rows of a table, with PyTorch's
/// names.
private struct RecurrentPart {
  private struct Direction {
    let input, recurrent, inputBias, recurrentBias: Parameter

    var parameters: [Parameter] { [input, recurrent, inputBias, recurrentBias] }

    func weights() throws -> LSTMWeights {
      LSTMWeights(
        input: try input.value.to(.float32), recurrent: try recurrent.value.to(.float32),
        inputBias: try inputBias.value.to(.float32),
        recurrentBias: try recurrentBias.value.to(.float32))
    }
  }

  private let layers: [[Direction]]
  private let dropout: Dropout

  var parameters: [Parameter] { layers.flatMap { $0.flatMap(\.parameters) } }

  init(
    _ settings: PTuningSettings, width: Int, hidden: Int, in store: ParameterStore,
    _ scope: AttachmentScope
  ) throws {
    let initial = Initializer.uniform(bound: 1 / Double(hidden).squareRoot())
    func parameter(_ name: String, _ shape: [Int]) throws -> Parameter {
      try scope.attach("prompt_encoder.lstm_head.\(name)", initial, shape, to: store)
    }
    layers = try (0..<settings.encoderLayers).map { layer in
      try ["", "_reverse"].map { direction in
        let suffix = "l\(layer)\(direction)"
        return Direction(
          input: try parameter(
            "weight_ih_\(suffix)", [4 * hidden, layer == 0 ? width : 2 * hidden]),
          recurrent: try parameter("weight_hh_\(suffix)", [4 * hidden, hidden]),
          inputBias: try parameter("bias_ih_\(suffix)", [4 * hidden]),
          recurrentBias: try parameter("bias_hh_\(suffix)", [4 * hidden]))
      }
    }
    dropout = store.root.dropout(settings.encoderDropout)
  }

  /// `[rows, width]`, one sequence, to `[rows, 2 · hidden]`.
  func callAsFunction(_ table: Tensor) throws -> Tensor {
    var states = try table.to(.float32)
    let steps = [Int](repeating: 1, count: table.shape[0])
    for (place, layer) in layers.enumerated() {
      if place > 0 { states = try dropout(states) }
      states = try packedLSTM(states, stepSizes: steps, directions: layer.map { try $0.weights() })
        .all
    }
    return try states.to(table.dataType)
  }
}
