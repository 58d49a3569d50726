import Layers
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// A `rope_parameters` of a Hugging Face configuration, and what stands beside it.
private struct RotarySettings: Encodable {
  struct Rope: Encodable {
    var rope_type: String
    var rope_theta = 10000.0
    var factor: Double?
    var low_freq_factor: Double?
    var high_freq_factor: Double?
    var original_max_position_embeddings: Int?
    var beta_fast: Double?
    var beta_slow: Double?
    var attention_factor: Double?
    var mscale: Double?
    var mscale_all_dim: Double?
    var truncate: Bool?
  }
  var rope: Rope
  var head = 64
  var maximum = 512
  var length: Int?
}

/// A kind of scaling, in both languages.
struct RotaryCase: Sendable, CustomTestStringConvertible {
  let name: String
  let scaling: RotaryScaling
  var base = 10000.0
  var length = 512

  var testDescription: String { name }

  static let all: [RotaryCase] = {
    var fitted = YarnRotaryScaling(factor: 40, originalMaximumPositions: 128)
    fitted.magnitude = 0.7
    fitted.allDimensionsMagnitude = 1.2
    fitted.truncates = false
    var given = YarnRotaryScaling(originalMaximumPositions: 128)
    given.attentionFactor = 1.5
    given.fastTurns = 20
    given.slowTurns = 2
    return [
      RotaryCase(name: "default", scaling: .none, base: 500_000),
      RotaryCase(name: "linear", scaling: .linear(factor: 4)),
      RotaryCase(name: "dynamic", scaling: .dynamic(factor: 2)),
      RotaryCase(name: "dynamic, long", scaling: .dynamic(factor: 2), length: 700),
      RotaryCase(
        name: "llama3",
        scaling: .llama3(
          Llama3RotaryScaling(
            factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4,
            originalMaximumPositions: 256)), base: 500_000),
      RotaryCase(
        name: "yarn", scaling: .yarn(YarnRotaryScaling(factor: 4, originalMaximumPositions: 128))),
      RotaryCase(name: "yarn, fitted", scaling: .yarn(fitted)),
      RotaryCase(name: "yarn, given", scaling: .yarn(given)),
    ]
  }()

  fileprivate var settings: RotarySettings {
    var rope = RotarySettings.Rope(rope_type: "default", rope_theta: base)
    switch scaling {
    case .none: break
    case .linear(let factor): (rope.rope_type, rope.factor) = ("linear", factor)
    case .dynamic(let factor): (rope.rope_type, rope.factor) = ("dynamic", factor)
    case .llama3(let llama):
      (rope.rope_type, rope.factor) = ("llama3", llama.factor)
      rope.low_freq_factor = llama.lowFrequencyFactor
      rope.high_freq_factor = llama.highFrequencyFactor
      rope.original_max_position_embeddings = llama.originalMaximumPositions
    case .yarn(let yarn):
      // Without a factor Transformers divides the maximum by the original one itself.
      (rope.rope_type, rope.factor) = ("yarn", yarn.factor ?? 4)
      rope.original_max_position_embeddings = yarn.originalMaximumPositions
      rope.beta_fast = yarn.fastTurns
      rope.beta_slow = yarn.slowTurns
      rope.attention_factor = yarn.attentionFactor
      rope.mscale = yarn.magnitude
      rope.mscale_all_dim = yarn.allDimensionsMagnitude
      rope.truncate = yarn.truncates
    }
    return RotarySettings(rope: rope, length: length)
  }

  func frequencies(size: Int = 64, maximum: Int = 512) throws -> RotaryFrequencies {
    try RotaryFrequencies(base: base, size: size, maximumPositions: maximum, scaling: scaling)
  }
}

struct RotaryEmbeddingTests {
  private static let oracle = PythonOracle("layers_elementwise")

  /// Both round powers to float32, and Transformers computes with them in it: 1e-6 of the angle.
  @Test func everyScalingIsTransformers() throws {
    struct Answer: Decodable {
      let angles: [Double]
      let factor: Double
    }
    let answers: [Answer] = try Self.oracle.run(
      RotaryCase.all.map(\.settings), arguments: ["frequencies"])
    for (example, answer) in zip(RotaryCase.all, answers) {
      let frequencies = try example.frequencies()
      let angles = frequencies.angles(length: example.length)
      try expectClose(
        Tensor(angles), to: answer.angles, within: 0, relative: 2e-6, "\(example.name)")
      #expect(abs(frequencies.attentionFactor - answer.factor) < 1e-9, "\(example.name)")
    }
  }

  /// Angles of up to 40 radians, whose steps are rounded to 2e-7 of them, turn elements of up to 6.
  @Test(arguments: RotaryCase.all.filter { $0.length <= 512 })
  func rotationsAreTransformers(example: RotaryCase) throws {
    struct Request: Encodable {
      let rope: RotarySettings.Rope
      let head = 16
      let maximum = 512
      let input: [[[Float]]]
      let positions: [Int]
    }
    let lengths = [25, 1, 41]
    let batch = try RaggedBatch(lengths.map { [Int32](repeating: 5, count: $0) })
    let heads = try Tensor.zeros([batch.tokenCount, 2, 16])
    try heads.fillNormal(using: Generator(seed: 3))
    let values = try heads.values(as: Float.self)
    let nested = (0..<batch.tokenCount).map { token in
      (0..<2).map { head in Array(values[((token * 2 + head) * 16)..<((token * 2 + head + 1) * 16)])
      }
    }
    let answers: [String: [Float]] = try Self.oracle.run(
      Request(
        rope: example.settings.rope, input: nested, positions: lengths.flatMap { 0..<$0 }),
      arguments: ["rotations"])
    for (name, layout) in [("halves", RotaryLayout.halves), ("interleaved", .interleaved)] {
      let embedding = RotaryEmbedding(try example.frequencies(size: 16), layout: layout)
      try expectClose(
        embedding.rotation(for: batch)(heads), to: #require(answers[name]), within: 1e-4, "\(name)")
    }
  }

  @Test func aTableGrowsWithTheLongestSequence() throws {
    let embedding = RotaryEmbedding(
      try RotaryFrequencies(base: 10000, size: 8, maximumPositions: 64))
    func turned(_ lengths: [Int]) throws -> Tensor {
      let batch = try RaggedBatch(lengths.map { [Int32](repeating: 5, count: $0) })
      return try embedding.rotation(for: batch)(Tensor.ones([batch.tokenCount, 1, 8]))
    }
    let short = try turned([3])
    let long = try turned([200, 3])
    try expectClose(long.narrowed(0, from: 200, count: 3), to: short, within: 1e-6)
    try expectClose(long.narrowed(0, from: 0, count: 3), to: short, within: 1e-6)
  }

  @Test func dynamicScalingOfASequenceDoesNotDependOnItsBatch() throws {
    let embedding = RotaryEmbedding(
      try RotaryFrequencies(
        base: 10000, size: 8, maximumPositions: 10, scaling: .dynamic(factor: 2)))
    func turned(_ lengths: [Int]) throws -> Tensor {
      let batch = try RaggedBatch(lengths.map { [Int32](repeating: 5, count: $0) })
      return try embedding.rotation(for: batch)(Tensor.ones([batch.tokenCount, 1, 8]))
    }
    let together = try turned([30, 7, 12])
    var first = 0
    for length in [30, 7, 12] {
      let alone = try turned([length])
      try expectClose(together.narrowed(0, from: first, count: length), to: alone, within: 1e-6)
      first += length
    }
    let unscaled = try turned([7])
    let scaled = try together.narrowed(0, from: 0, count: 7)
    #expect(try (scaled - unscaled).absolute().maximum().item() > 0.1)
  }

  @Test func refusesSettingsThatMakeNoAngles() throws {
    func message(_ size: Int, base: Double = 10000, _ scaling: RotaryScaling = .none) -> String? {
      do {
        _ = try RotaryFrequencies(base: base, size: size, maximumPositions: 512, scaling: scaling)
        return nil
      } catch { return "\(error)" }
    }
    #expect(message(7)?.contains("7 elements do not make pairs") == true)
    #expect(message(8, base: 0)?.contains("the base is 0.0") == true)
    #expect(message(8, .linear(factor: 0))?.contains("the factor is 0.0") == true)
    #expect(message(2, .dynamic(factor: 2))?.contains("more than one pair") == true)
    let llama = Llama3RotaryScaling(
      factor: 8, lowFrequencyFactor: 4, highFrequencyFactor: 4, originalMaximumPositions: 256)
    #expect(message(8, .llama3(llama))?.contains("high frequency factor") == true)
    let yarn = YarnRotaryScaling(factor: -1, originalMaximumPositions: 128)
    #expect(message(8, .yarn(yarn))?.contains("not positive") == true)
    #expect(message(8) == nil)
  }
}
