import Foundation
import Layers
import Optimizers
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Parameters with rates and decays of their own, and such as come in later, beside PyTorch's
/// parameter groups.
struct ParameterSettingsTests {
  private static let shapes = [[7, 5], [5], [9, 3], [33, 2]]
  private static let settings = [
    ParameterSettings(rateFactor: 16), ParameterSettings(rateFactor: 0.81, weightDecay: 0.2),
    ParameterSettings(), ParameterSettings(rateFactor: 0, weightDecay: 0),
  ]
  private static let steps = 20

  /// Rates made from the step are none of a group's: PyTorch's Adafactor has no factor for them.
  private static let cases = OptimizerCase.all.filter { !$0.configuration.adafactor.relativeStep }

  private func store(_ type: DataType = .float32, trained: Int = 4) throws -> ParameterStore {
    var options = ParameterStore.Options()
    options.computeType = type
    options.seed = 5
    let store = ParameterStore(source: nil, options: options)
    for (index, shape) in Self.shapes.enumerated() {
      let parameter = try store.root[index].parameter(
        "weight", shape: shape, .normal(deviation: 0.3))
      try parameter.setTrainable(index < trained)
    }
    return store
  }

  private func gradients(step: Int) throws -> [Tensor] {
    let generator = try Generator(seed: UInt64(300 + step))
    return try Self.shapes.map { shape in
      let gradient = try Tensor.zeros(shape)
      try gradient.fillNormal(deviation: 0.3, using: generator)
      return gradient
    }
  }

  private func settings(of parameter: Parameter) -> ParameterSettings {
    Self.settings[Int(parameter.name.prefix(1)) ?? 0]
  }

  private func request(
    _ example: OptimizerCase, _ store: ParameterStore, rate: Double
  ) throws -> StepsRequest {
    StepsRequest(
      kind: example.configuration.kind.rawValue, settings: example.settings,
      decayed: Self.shapes.map { $0.count > 1 },
      parameters: try store.parameters.map { try $0.master.values(as: Float.self) },
      shapes: Self.shapes,
      gradients: try (0..<Self.steps).map { step in
        try gradients(step: step).map { try $0.values(as: Float.self) }
      },
      rates: [Double](repeating: rate, count: Self.steps))
  }

  @Test(arguments: cases)
  func movesGroupsAsTheReferenceDoes(example: OptimizerCase) throws {
    let store = try store()
    let optimizer = try Optimizer(
      example.configuration, parameters: store.parameters, settings: settings(of:))
    var request = try request(example, store, rate: 3e-3)
    request.factors = Self.settings.map(\.rateFactor)
    request.decays = Self.settings.map(\.weightDecay)
    let expected: [[[Float]]] = try PythonOracle("optimizers_steps").run(
      request, arguments: ["steps"])
    for step in 0..<Self.steps {
      try optimizer.step(gradients: gradients(step: step), learningRate: 3e-3)
      for (parameter, wanted) in zip(store.parameters, expected[step]) {
        try expectClose(
          parameter.master, to: wanted, within: 4e-7, relative: 4e-6,
          "\(parameter.name) after step \(step + 1)")
      }
    }
  }

  @Test(
    "A parameter that comes in later moves as one whose first gradient is then", arguments: cases)
  func beginsLater(example: OptimizerCase) throws {
    let store = try store(trained: 2)
    let optimizer = try Optimizer(example.configuration, parameters: store.parameters)
    var request = try request(example, store, rate: 3e-3)
    request.begins = [0, 0, 6, 11]
    let expected: [[[Float]]] = try PythonOracle("optimizers_steps").run(
      request, arguments: ["steps"])
    for step in 0..<Self.steps {
      for (parameter, begin) in zip(store.parameters, [0, 0, 6, 11]) where begin == step {
        try parameter.setTrainable(true)
      }
      try optimizer.add(store.parameters)
      let gradients = try gradients(step: step).prefix(optimizer.parameters.count)
      try optimizer.step(gradients: Array(gradients), learningRate: 3e-3)
      for (parameter, wanted) in zip(store.parameters, expected[step]) {
        try expectClose(
          parameter.master, to: wanted, within: 4e-7, relative: 4e-6,
          "\(parameter.name) after step \(step + 1)")
      }
    }
  }

  @Test(
    "Settings of all others change no bit", arguments: OptimizerCase.all,
    [DataType.float32, .bfloat16])
  func changesNothingWithFactorsOfOne(example: OptimizerCase, type: DataType) throws {
    let one = try store(type), other = try store(type)
    let plain = try Optimizer(example.configuration, parameters: one.parameters)
    let set = try Optimizer(example.configuration, parameters: other.parameters) {
      let isDecayed = $0.shape.count > 1
      return ParameterSettings(
        rateFactor: 1, weightDecay: isDecayed ? example.configuration.weightDecay : 0)
    }
    for step in 0..<5 {
      try plain.step(gradients: gradients(step: step), learningRate: 0.01)
      try set.step(gradients: gradients(step: step), learningRate: 0.01)
    }
    for (left, right) in zip(one.parameters, other.parameters) {
      #expect(try StoredTensor(left.master) == StoredTensor(right.master))
      #expect(try StoredTensor(left.value) == StoredTensor(right.value))
    }
  }

  @Test(
    "A state with parameters that came in later goes on bit for bit",
    arguments: OptimizerCase.all)
  func goesOnWithLaterParameters(example: OptimizerCase) throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "optimizer.safetensors")
    let whole = try store(trained: 2), resumed = try store(trained: 2)
    let first = try Optimizer(example.configuration, parameters: whole.parameters)
    let step = { (optimizer: Optimizer, step: Int) in
      try optimizer.step(
        gradients: Array(gradients(step: step).prefix(optimizer.parameters.count)),
        learningRate: 0.01)
    }
    for number in 0..<4 { try step(first, number) }
    try whole.setTrainable()
    try first.add(whole.parameters)
    for number in 4..<6 { try step(first, number) }
    try SafetensorsWriter.write(first.state(), to: url)

    let second = try Optimizer(example.configuration, parameters: resumed.parameters)
    try resumed.setTrainable()
    try second.add(resumed.parameters, after: 4)
    for (parameter, other) in zip(resumed.parameters, whole.parameters) {
      try parameter.assign(other.master)
    }
    try second.restore(SafetensorsFile(url), stepCount: 6)
    for number in 6..<9 {
      try step(first, number)
      try step(second, number)
    }
    for (left, right) in zip(whole.parameters, resumed.parameters) {
      #expect(try StoredTensor(left.master) == StoredTensor(right.master))
    }
  }

  @Test("A factor below 0 or not a number is refused", arguments: [-1, .nan, .infinity])
  func refusesFactors(factor: Double) throws {
    for kind in [OptimizerConfiguration.Kind.adamw, .sgd] {
      let store = try store()
      let optimizer = try Optimizer(
        OptimizerConfiguration(kind: kind), parameters: store.parameters
      ) { _ in ParameterSettings(rateFactor: factor) }
      #expect(throws: TorchError.self) {
        try optimizer.step(gradients: gradients(step: 0), learningRate: 0.01)
      }
    }
  }

  @Test(arguments: [0, -0.5, 1.1, .nan])
  func refusesALayerDecayThatIsNone(decay: Double) {
    #expect(OptimizerConfiguration(layerDecay: decay).problems.map(\.key) == ["layerDecay"])
    #expect(OptimizerConfiguration(layerDecay: 0.9).problems.isEmpty)
  }
}
