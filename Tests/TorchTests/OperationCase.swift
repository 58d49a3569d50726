import Foundation
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// One operation on given inputs, as Swift and as a Python expression of a, b, c, ….
struct OperationCase: Sendable, CustomTestStringConvertible {
  let expression: String
  let inputs: [Input]
  let differentiates: Bool
  let operation: @Sendable ([Tensor]) throws -> [Tensor]

  /// Where it `differentiates`, gradients by all inputs of fractions are compared too; in fp32 only.
  init(
    _ expression: String, _ inputs: [Input], differentiates: Bool = true,
    _ operation: @escaping @Sendable ([Tensor]) throws -> [Tensor]
  ) {
    self.expression = expression
    self.inputs = inputs
    let types = inputs.map(\.type)
    self.differentiates =
      differentiates && types.contains(.float32)
      && types.allSatisfy { $0 == .float32 || !$0.isFloatingPoint }
    self.operation = operation
  }

  var testDescription: String {
    "\(expression) of \(inputs.map { "\($0.type.rawValue)\($0.shape)" }.joined(separator: ", "))"
  }
}

/// How an input's elements are chosen; each input of a case has a seed of its own.
struct Input: Sendable {
  enum Kind: Sendable {
    /// Normally distributed, rounded for integers, its sign for truth values.
    case normal
    /// Greater than 0.1.
    case positive
    /// Integers from 0 to the bound - 1.
    case below(Int)
    /// These, in order.
    case listed([Double])
  }
  let kind: Kind
  let shape: [Int]
  let type: DataType

  init(_ shape: [Int], _ type: DataType = .float32, _ kind: Kind = .normal) {
    self.kind = kind
    self.shape = shape
    self.type = type
  }

  func tensor(seed: UInt64) throws -> Tensor {
    let generator = try Generator(seed: seed)
    let values = try Tensor.zeros(shape)
    switch kind {
    case .normal:
      try values.fillNormal(deviation: type.isFloatingPoint ? 1 : 5, using: generator)
      if type == .bool { return try values.isGreater(than: 0) }
    case .positive:
      try values.fillUniform(from: 0.1, to: 3, using: generator)
    case .below(let bound):
      try values.fillIntegers(in: 0..<bound, using: generator)
    case .listed(let list):
      return try Tensor(list, shape: shape).to(type)
    }
    return try values.to(type)
  }
}

/// PyTorch's answer to a case.
struct OracleResult: Decodable, Sendable {
  let outputs: [StoredTensor]
  let gradients: [StoredTensor?]
}

/// Cases that one run of the oracle answers.
struct OperationBattery: Sendable {
  let cases: [OperationCase]

  private struct Question: Encodable {
    let expression: String
    let inputs: [StoredTensor]
    let differentiates: Bool
  }

  /// PyTorch's answers, in the cases' order.
  func answers() throws -> [OracleResult] {
    let questions = try cases.map { sample in
      Question(
        expression: sample.expression, inputs: try Self.inputs(of: sample).map(StoredTensor.init),
        differentiates: sample.differentiates)
    }
    return try PythonOracle("torch_operations").run(questions)
  }

  static func inputs(of sample: OperationCase) throws -> [Tensor] {
    try sample.inputs.enumerated().map { try $1.tensor(seed: UInt64($0) + 1) }
  }

  /// Runs a case and compares outputs and gradients with an answer.
  static func check(_ sample: OperationCase, against answer: OracleResult) throws {
    let inputs = try inputs(of: sample)
    if sample.differentiates {
      for input in inputs where input.dataType.isFloatingPoint {
        try input.setRequiresGradient(true)
      }
    }
    let outputs = try sample.operation(inputs)
    try #require(outputs.count == answer.outputs.count)
    for (output, expected) in zip(outputs, answer.outputs) {
      try expectSame(output, expected, "\(sample.testDescription)")
    }
    guard sample.differentiates else { return }
    try weightedSum(outputs).backward()
    for (index, (input, expected)) in zip(inputs, answer.gradients).enumerated() {
      let what = "gradient by input \(index) of \(sample.testDescription)"
      guard let expected, let gradient = input.gradient else {
        #expect(expected == nil && input.gradient == nil, "\(what)")
        continue
      }
      try expectSame(gradient, expected, what)
    }
  }

  private static func expectSame(_ found: Tensor, _ stored: StoredTensor, _ what: String) throws {
    let expected = try stored.tensor()
    let relative =
      switch expected.dataType {
      case .float16: 2e-3
      case .bfloat16: 1.6e-2
      case .float32: 1e-5
      case .float64: 1e-12
      default: 0.0
      }
    try expectClose(
      found, to: expected, within: relative / 10, relative: relative, Comment(rawValue: what))
  }

  /// The number that the oracle differentiates: outputs of fractions weighted by cosines.
  private static func weightedSum(_ outputs: [Tensor]) throws -> Tensor {
    var total: Tensor?
    for output in outputs where output.dataType.isFloatingPoint {
      let weights = try Tensor((0..<output.count).map { cos(Double($0)) }, shape: output.shape)
      let sum = try (output * weights.to(output.dataType)).sum()
      total = try total.map { try $0 + sum } ?? sum
    }
    return try #require(total)
  }
}

/// The types that training computes in.
let fractions: [DataType] = [.float32, .float16, .bfloat16]
/// The types of indices and counts.
let integers: [DataType] = [.int64, .int32]
