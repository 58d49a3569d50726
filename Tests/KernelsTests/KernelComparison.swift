import Testing
import Torch

/// The element types and instruction sets that a kernel is checked with.
struct KernelVariant: Sendable, CustomTestStringConvertible {
  let instructionSet: String
  let type: DataType

  /// All that there are; those that this processor lacks are skipped when they are run.
  static let all = KernelChoice.instructionSets.flatMap { set in
    [DataType.float32, .bfloat16].map { KernelVariant(instructionSet: set, type: $0) }
  }

  var testDescription: String { "\(type.rawValue) \(instructionSet)" }

  /// Runs `body` with the variant's instruction set, or not at all where there is none.
  func run(_ body: () throws -> Void) rethrows {
    _ = try KernelChoice.using(instructionSet: instructionSet, body)
  }

  /// The largest error relative to the largest element: what rounding to the type leaves.
  var tolerance: Double { type == .float32 ? 2e-5 : 2e-2 }
}

/// A random input of a kernel.
func normal(_ shape: [Int], seed: UInt64, deviation: Double = 1) throws -> Tensor {
  let tensor = try Tensor.zeros(shape)
  try tensor.fillNormal(deviation: deviation, using: Generator(seed: seed))
  return tensor
}

/// The largest difference, as a share of the largest expected element (or of a floor, for zeros).
func relativeDifference(_ actual: Tensor, _ expected: Tensor) throws -> Double {
  guard actual.count > 0 else { return 0 }
  let expected = try expected.to(.float64)
  let difference = try (actual.to(.float64) - expected).absolute().maximum().item()
  return try difference / max(expected.absolute().maximum().item(), 0.02)
}

/// Compares a kernel and its gradients with the same function on libtorch's operations in float64.
///
/// Both get the same numbers: those that `variant.type` can hold.
func expectKernelFollowsReference(
  _ variant: KernelVariant, _ inputs: [Tensor?], sourceLocation: SourceLocation = #_sourceLocation,
  _ operation: ([Tensor?]) throws -> Tensor
) throws {
  let rounded = try inputs.map { try $0?.to(variant.type) }
  func leaves(_ type: DataType) throws -> [Tensor?] {
    try rounded.map { input in
      guard let input else { return nil }
      let leaf = try input.to(type).clone()
      try leaf.setRequiresGradient(true)
      return leaf
    }
  }
  let actualInputs = try leaves(variant.type)
  let expectedInputs = try leaves(.float64)
  let actual = try operation(actualInputs)
  let weights = try normal(actual.shape, seed: 99).to(variant.type)
  try actual.backward(gradient: weights)
  let expected = try KernelChoice.usingReference { try operation(expectedInputs) }
  try expected.backward(gradient: weights.to(.float64))

  #expect(actual.shape == expected.shape && actual.dataType == variant.type)
  #expect(
    try relativeDifference(actual, expected) < variant.tolerance, "the result",
    sourceLocation: sourceLocation)
  for (index, (own, reference)) in zip(actualInputs, expectedInputs).enumerated() {
    guard let own, let reference else { continue }
    let gradient = try #require(own.gradient, "gradient of input \(index)")
    let wanted = try reference.gradient ?? Tensor.zeros(reference.shape, .float64)
    #expect(
      try relativeDifference(gradient, wanted) < variant.tolerance, "gradient of input \(index)",
      sourceLocation: sourceLocation)
  }
}
