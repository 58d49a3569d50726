import Foundation
import Layers
import Optimizers
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// An update rule with settings, under both our names and Python's.
struct OptimizerCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let configuration: OptimizerConfiguration
  /// The reference's keyword arguments, as JSON.
  let settings: [String: Setting]

  enum Setting: Encodable, Sendable {
    case number(Double)
    case flag(Bool)
    case list([Double?])
    case none

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .number(let value): try container.encode(value)
      case .flag(let value): try container.encode(value)
      case .list(let value): try container.encode(value)
      case .none: try container.encodeNil()
      }
    }
  }

  init(_ name: String, _ configuration: OptimizerConfiguration, _ settings: [String: Setting]) {
    testDescription = name
    self.configuration = configuration
    self.settings = settings
  }

  static let all: [OptimizerCase] = [
    OptimizerCase(
      "AdamW", OptimizerConfiguration(kind: .adamw, learningRate: 1e-2),
      ["weight_decay": .number(0.01)]),
    OptimizerCase(
      "AdamW with other decays",
      OptimizerConfiguration(
        kind: .adamw, learningRate: 1e-2, beta1: 0.8, beta2: 0.95, epsilon: 1e-4, weightDecay: 0.3),
      ["weight_decay": .number(0.3), "betas": .list([0.8, 0.95]), "eps": .number(1e-4)]),
    OptimizerCase("Adam", OptimizerConfiguration(kind: .adam, learningRate: 1e-2), [:]),
    OptimizerCase(
      "Adam with L2", OptimizerConfiguration(kind: .adam, learningRate: 1e-2, weightDecay: 0.1),
      ["weight_decay": .number(0.1)]),
    OptimizerCase("SGD", OptimizerConfiguration(kind: .sgd, learningRate: 0.05), [:]),
    OptimizerCase(
      "SGD with momentum",
      OptimizerConfiguration(kind: .sgd, learningRate: 0.05, weightDecay: 0.02, momentum: 0.9),
      ["momentum": .number(0.9), "weight_decay": .number(0.02)]),
    OptimizerCase(
      "SGD with Nesterov's momentum",
      OptimizerConfiguration(
        kind: .sgd, learningRate: 0.05, weightDecay: 0.02, momentum: 0.7, nesterov: true),
      ["momentum": .number(0.7), "weight_decay": .number(0.02), "nesterov": .flag(true)]),
    adafactor("Adafactor as the trainer has it", AdafactorConfiguration(), decay: 0, [:]),
    adafactor(
      "Adafactor with everything else",
      AdafactorConfiguration(
        scaleParameter: true, clipThreshold: 0.5, decayRate: -0.6, squaredGradientEpsilon: 1e-12,
        parameterScaleEpsilon: 0.05, beta1: 0.9), decay: 0.1,
      [
        "scale_parameter": .flag(true), "clip_threshold": .number(0.5), "decay_rate": .number(-0.6),
        "eps": .list([1e-12, 0.05]), "beta1": .number(0.9),
      ]),
    adafactor(
      "Adafactor with its own rate",
      AdafactorConfiguration(relativeStep: true, scaleParameter: true),
      decay: 0, ["relative_step": .flag(true), "scale_parameter": .flag(true)]),
    adafactor(
      "Adafactor with its own rate warming up",
      AdafactorConfiguration(relativeStep: true, warmupInit: true), decay: 0,
      ["relative_step": .flag(true), "warmup_init": .flag(true)]),
  ]

  private static func adafactor(
    _ name: String, _ options: AdafactorConfiguration, decay: Double, _ settings: [String: Setting]
  ) -> OptimizerCase {
    let defaults: [String: Setting] = [
      "relative_step": .flag(false), "scale_parameter": .flag(false), "warmup_init": .flag(false),
      "weight_decay": .number(decay),
    ]
    return OptimizerCase(
      name,
      OptimizerConfiguration(
        kind: .adafactor, learningRate: 1e-2, weightDecay: decay, adafactor: options),
      defaults.merging(settings) { _, given in given })
  }
}

struct StepsRequest: Encodable {
  let kind: String
  let settings: [String: OptimizerCase.Setting]
  let decayed: [Bool]
  let parameters: [[Float]]
  let shapes: [[Int]]
  let gradients: [[[Float]]]
  let rates: [Double]
  /// Of each parameter: the factor of its rate, its own decay, and the step of its first gradient.
  var factors: [Double]?
  var decays: [Double?]?
  var begins: [Int]?
}

struct OptimizersTests {
  /// A matrix, a bias, a norm's weight, and a matrix of one column.
  private static let shapes = [[7, 5], [5], [9], [33, 1]]
  private static let steps = 25

  private func store(_ type: DataType = .float32) throws -> ParameterStore {
    var options = ParameterStore.Options()
    options.computeType = type
    options.seed = 5
    let store = ParameterStore(source: nil, options: options)
    for (index, shape) in Self.shapes.enumerated() {
      _ = try store.root[index].parameter("weight", shape: shape, .normal(deviation: 0.3))
    }
    try store.setTrainable()
    return store
  }

  private func gradients(step: Int, _ type: DataType = .float32) throws -> [Tensor] {
    let generator = try Generator(seed: UInt64(100 + step))
    return try Self.shapes.map { shape in
      let gradient = try Tensor.zeros(shape)
      try gradient.fillNormal(deviation: step.isMultiple(of: 5) ? 3 : 0.2, using: generator)
      return try gradient.to(type)
    }
  }

  private var rates: [Double] { (0..<Self.steps).map { 1e-2 * (1 - Double($0) / 40) } }

  @Test(arguments: OptimizerCase.all)
  func movesParametersAsTheReferenceDoes(example: OptimizerCase) throws {
    let store = try store()
    let optimizer = try Optimizer(example.configuration, parameters: store.parameters)
    let request = StepsRequest(
      kind: example.configuration.kind.rawValue, settings: example.settings,
      // Biases and the weights of norms are the vectors.
      decayed: Self.shapes.map { $0.count > 1 },
      parameters: try store.parameters.map { try $0.master.values(as: Float.self) },
      shapes: Self.shapes,
      gradients: try (0..<Self.steps).map { step in
        try gradients(step: step).map { try $0.values(as: Float.self) }
      },
      rates: rates)
    let expected: [[[Float]]] = try PythonOracle("optimizers_steps").run(
      request, arguments: ["steps"])
    for step in 0..<Self.steps {
      try optimizer.step(gradients: gradients(step: step), learningRate: rates[step])
      for (parameter, wanted) in zip(store.parameters, expected[step]) {
        try expectClose(
          parameter.master, to: wanted, within: 2e-7, relative: 2e-6,
          "\(parameter.name) after step \(step + 1)")
      }
    }
    #expect(optimizer.stepCount == Self.steps)
  }

  @Test(
    "Biases and norms' weights are not decayed", arguments: OptimizerConfiguration.Kind.allCases)
  func leavesVectorsUndecayed(kind: OptimizerConfiguration.Kind) throws {
    let store = try store()
    let before = try store.parameters.map { try $0.master.values(as: Float.self) }
    let optimizer = try Optimizer(
      OptimizerConfiguration(kind: kind, learningRate: 0.1, weightDecay: 0.5),
      parameters: store.parameters)
    let zeros = try Self.shapes.map { try Tensor.zeros($0) }
    try optimizer.step(gradients: zeros, learningRate: 0.1)
    for (parameter, old) in zip(store.parameters, before) {
      let isUnchanged = try parameter.master.values(as: Float.self) == old
      #expect(isUnchanged == (parameter.shape.count == 1), "\(parameter.name)")
    }
  }

  @Test(
    "The copy that the model computes with is the original, rounded",
    arguments: OptimizerCase.all)
  func writesTheComputeCopy(example: OptimizerCase) throws {
    let store = try store(.bfloat16)
    let plain = try self.store()
    let optimizer = try Optimizer(example.configuration, parameters: store.parameters)
    let other = try Optimizer(example.configuration, parameters: plain.parameters)
    for step in 0..<5 {
      let rounded = try gradients(step: step, .bfloat16)
      try optimizer.step(gradients: rounded, learningRate: 0.01, scale: 0.5)
      // The originals move as if there were no copy: gradients of bf16 are read as they are.
      try other.step(
        gradients: rounded.map { try $0.to(.float32) }, learningRate: 0.01, scale: 0.5)
    }
    for (parameter, twin) in zip(store.parameters, plain.parameters) {
      #expect(parameter.value.dataType == .bfloat16 && parameter.master.dataType == .float32)
      let copied = try StoredTensor(parameter.value)
      #expect(try copied == StoredTensor(parameter.master.to(.bfloat16)))
      try expectClose(parameter.master, to: twin.master, within: 1e-7)
    }
  }

  @Test("A scale works as if the gradients were multiplied by it", arguments: OptimizerCase.all)
  func scalesGradients(example: OptimizerCase) throws {
    let (one, two) = (try store(), try store())
    let scaled = try Optimizer(example.configuration, parameters: one.parameters)
    let plain = try Optimizer(example.configuration, parameters: two.parameters)
    for step in 0..<4 {
      let gradients = try gradients(step: step)
      try scaled.step(gradients: gradients, learningRate: 0.01, scale: 0.25)
      try plain.step(gradients: gradients.map { try $0 * 0.25 }, learningRate: 0.01)
    }
    for (left, right) in zip(one.parameters, two.parameters) {
      try expectClose(left.master, to: right.master, within: 1e-7)
    }
  }

  @Test("A parameter without a gradient stays where it is", arguments: OptimizerCase.all)
  func leavesParametersWithoutGradients(example: OptimizerCase) throws {
    let store = try store()
    let optimizer = try Optimizer(example.configuration, parameters: store.parameters)
    let before = try StoredTensor(store.parameters[0].master)
    var gradients: [Tensor?] = try gradients(step: 0)
    gradients[0] = nil
    try optimizer.step(gradients: gradients, learningRate: 0.01)
    #expect(try StoredTensor(store.parameters[0].master) == before)
  }

  @Test("A stored state goes on bit for bit", arguments: OptimizerCase.all)
  func goesOnFromAStoredState(example: OptimizerCase) throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "optimizer.safetensors")
    let whole = try store()
    let first = try Optimizer(example.configuration, parameters: whole.parameters)
    for step in 0..<6 { try first.step(gradients: gradients(step: step), learningRate: 0.01) }
    try SafetensorsWriter.write(first.state(), to: url)

    let resumed = try store()
    for (parameter, other) in zip(resumed.parameters, whole.parameters) {
      try parameter.assign(other.master)
    }
    let second = try Optimizer(example.configuration, parameters: resumed.parameters)
    try second.restore(SafetensorsFile(url), stepCount: 6)
    for step in 6..<10 {
      try first.step(gradients: gradients(step: step), learningRate: 0.01)
      try second.step(gradients: gradients(step: step), learningRate: 0.01)
    }
    for (left, right) in zip(whole.parameters, resumed.parameters) {
      #expect(try StoredTensor(left.master) == StoredTensor(right.master))
    }
    for (left, right) in zip(first.state(), second.state()) {
      #expect(left.name == right.name)
      #expect(try StoredTensor(left.tensor) == StoredTensor(right.tensor))
    }
  }

  @Test func refusesTheStateOfAnotherModel() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "optimizer.safetensors")
    let optimizer = try Optimizer(OptimizerConfiguration(), parameters: store().parameters)
    var state = optimizer.state()
    state[0].tensor = try Tensor.zeros([7, 6])
    try SafetensorsWriter.write(state, to: url)
    let error = #expect(throws: LayersError.self) {
      try optimizer.restore(SafetensorsFile(url), stepCount: 3)
    }
    #expect(
      error?.description
        == "\(url.path): 0.weight.exp_avg has the shape [7, 6], the optimiser needs "
        + "[7, 5].")
    state.removeFirst()
    try SafetensorsWriter.write(state, to: url)
    let missing = #expect(throws: LayersError.self) {
      try optimizer.restore(SafetensorsFile(url), stepCount: 3)
    }
    #expect(missing?.description.contains("0.weight.exp_avg") == true)
  }

  @Test func leavesFrozenParametersOut() throws {
    let store = try store()
    try store.setTrainable { $0 == "1.weight" }
    let optimizer = try Optimizer(OptimizerConfiguration(), parameters: store.parameters)
    #expect(optimizer.parameters.map(\.name) == ["1.weight"])
  }
}
