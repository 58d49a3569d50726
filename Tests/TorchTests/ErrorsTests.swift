import Testing
import Torch

/// An operation that libtorch refuses, and words of its message.
private struct Refused: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let words: String
  let operation: @Sendable () throws -> Void

  init(_ name: String, _ words: String, _ operation: @escaping @Sendable () throws -> Void) {
    testDescription = name
    self.words = words
    self.operation = operation
  }
}

private func zeros(_ shape: Int...) throws -> Tensor { try Tensor.zeros(shape) }

private let refused = [
  Refused("sum of shapes that do not broadcast", "must match the size of tensor b") {
    _ = try zeros(2, 3) + zeros(2)
  },
  Refused("product of matrices that do not fit", "cannot be multiplied (2x3 and 2x3)") {
    _ = try zeros(2, 3).matmul(zeros(2, 3))
  },
  Refused("product of types that differ", "same dtype") {
    _ = try zeros(2, 3).matmul(Tensor.zeros([3, 2], .float64))
  },
  Refused("reshape to another count", "is invalid for input of size 6") {
    _ = try zeros(2, 3).reshaped([4])
  },
  Refused("reshape with two unknown sizes", "only one dimension can be inferred") {
    _ = try zeros(2, 3).reshaped([-1, -1])
  },
  Refused("a dimension that is not there", "Dimension out of range") {
    _ = try zeros(2, 3).softmax(along: 2)
  },
  Refused("narrow beyond the end", "exceeds dimension size") {
    _ = try zeros(3).narrowed(0, from: 2, count: 2)
  },
  Refused("select beyond the end", "out of range") { _ = try zeros(3).select(0, 3) },
  Refused("a row beyond the table", "index out of range") {
    _ = try zeros(4, 2).embedding(of: Tensor([Int64(4)]))
  },
  Refused("a negative row", "index out of range") {
    _ = try zeros(4, 2).embedding(of: Tensor([Int64(-1)]))
  },
  Refused("rows named by fractions", "Long, Int") {
    _ = try zeros(4, 2).embedding(of: Tensor([Float(1)]))
  },
  Refused("slices beyond the end", "index out of range") {
    _ = try zeros(4, 2).slices(Tensor([Int64(9)]))
  },
  Refused("gather beyond the end", "out of bounds") {
    _ = try zeros(2, 2).gathered(Tensor([Int64(5)], shape: [1, 1]), along: 1)
  },
  Refused("a class that there is not", "out of bounds") {
    _ = try zeros(1, 3).crossEntropy(Tensor([Int64(3)]))
  },
  Refused("a loss over targets of another count", "batch_size") {
    _ = try zeros(2, 3).crossEntropy(Tensor([Int64(1)]))
  },
  Refused("joining nothing", "non-empty") { _ = try Tensor.concatenated([]) },
  Refused("stacking nothing", "non-empty") { _ = try Tensor.stacked([]) },
  Refused("joining tensors that do not fit", "Sizes of tensors must match") {
    _ = try Tensor.concatenated([zeros(2, 3), zeros(2, 4)])
  },
  Refused("a norm's weight of another size", "normalized_shape") {
    _ = try zeros(2, 3).layerNormalized(weight: zeros(4), epsilon: 1e-5)
  },
  Refused("the single element of two", "2 elements") { _ = try zeros(2).item() },
  Refused("the single element of none", "0 elements") { _ = try zeros(0).integerItem() },
  Refused("a negative size", "negative dimension") { _ = try zeros(-1) },
  Refused("the maximum of nothing", "numel() == 0") { _ = try zeros(0).maximum() },
  Refused("more of the largest than there are", "out of range") { _ = try zeros(2).largest(3) },
  Refused("a range whose step is zero", "step must be nonzero") {
    _ = try Tensor.range(to: 3, by: 0)
  },
  Refused("a range of no size", "unsupported range") { _ = try Tensor.range(to: .infinity) },
  Refused("a value that the type cannot hold", "cannot be converted") {
    _ = try Tensor.full([2], 1e300, .int32)
  },
  Refused("the opposite of truth values", "Negation") { _ = try -Tensor.zeros([2], .bool) },
  Refused("repeating a negative number of times", "repeats can not be negative") {
    _ = try zeros(2).repeated(Tensor([Int64(-1), 1]))
  },
  Refused("a view beyond the memory", "out of bounds for storage") {
    _ = try zeros(4).strided([3], strides: [2])
  },
  Refused("a view of a negative stride", "Negative strides") {
    _ = try zeros(4).strided([2], strides: [-1], from: 3)
  },
  Refused("sizes and strides that do not match", "1 sizes have 2 strides") {
    _ = try zeros(4).strided([3], strides: [2, 1])
  },
  Refused("values that do not fill the shape", "16 bytes cannot be made from 12") {
    _ = try Tensor([Float(1), 2, 3], shape: [4])
  },
  Refused("overwriting with another shape", "must match the size") {
    try zeros(2).copy(from: zeros(3))
  },
  Refused("adding fractions to integers in place", "can't be cast") {
    try Tensor.zeros([2], .int64).add(zeros(2))
  },
  Refused("a permutation of a negative count", "negative dimension") {
    _ = try Generator(seed: 1).permutation(-1)
  },
  Refused("random integers from nothing", "'from' to be less than 'to'") {
    try Tensor.zeros([2], .int64).fillIntegers(in: 5..<5, using: Generator(seed: 1))
  },
  Refused("a negative deviation", "std >= 0") {
    try zeros(2).fillNormal(deviation: -1, using: Generator(seed: 1))
  },
  Refused("a generator's state of another length", "RNG state") {
    try Generator(seed: 1).restore(Tensor.zeros([3], .uint8))
  },
  Refused("no threads at all", "must be positive") { try Engine.setThreadCount(0) },
]

@Suite struct ErrorsTests {
  @Test(arguments: refused)
  fileprivate func tellLibtorchsReasonFor(_ refused: Refused) throws {
    let error = try #require(throws: TorchError.self) { try refused.operation() }
    #expect(error.code == .operation)
    #expect(error.description.contains(refused.words), "\(error.description)")
    #expect(!error.description.contains("Exception raised from"), "a C++ backtrace is in it")
  }

  @Test func nameTheOperation() throws {
    let error = try #require(throws: TorchError.self) { _ = try zeros(2, 3).matmul(zeros(2, 3)) }
    #expect(error.description.hasPrefix("matmul(_:): "))
  }

  @Test(arguments: [1 << 50, 1 << 56])
  func tellThatMemoryRanOut(_ count: Int) throws {
    let error = try #require(throws: TorchError.self) { try Tensor.uninitialized([count]) }
    #expect(error.code == .outOfMemory)
    #expect(error.description.contains("not enough memory"))
  }

  @Test func refuseShapesWhoseCountOverflows() throws {
    #expect(throws: TorchError.self) { try Tensor.zeros([.max, .max]) }
    #expect(throws: TorchError.self) { try Tensor.zeros([1 << 62, 4]) }
  }

  @Test func leaveTheEngineUsable() throws {
    _ = try? zeros(2, 3).matmul(zeros(2, 3))
    #expect(try Tensor.ones([2, 3]).matmul(Tensor.ones([3, 1])).sum().item() == 6)
  }
}
