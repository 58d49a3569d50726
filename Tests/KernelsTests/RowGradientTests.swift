import Testing
import Torch
import TorchTestSupport

/// Gradients of word tables that hold only the rows of a batch, beside the same with all rows.
struct RowGradientTests {
  /// Sizes of which vectors are made up exactly, and with a rest.
  static let columns = [16, 40, 33]
  static let rows = 50

  private static let tokens = (0..<70).map { Int64($0 * $0 % 23) }

  /// What a batch gives for a table; the weights of the sum differ from batch to batch.
  private func output(_ table: Tensor, batch: Int = 0) throws -> Tensor {
    let columns = table.shape[1]
    let tokens = try Tensor(Self.tokens.map { ($0 + Int64(batch * 7)) % Int64(Self.rows) })
    let vector = try normal([columns], seed: UInt64(5 + batch)).to(table.dataType)
    return try embeddingLayerNorm(
      words: EmbeddingLookup(table: table, indices: tokens), positions: nil, segments: nil,
      weight: vector, bias: vector, epsilon: 1e-12)
  }

  private func addGradient(of output: Tensor) throws {
    try output.backward(gradient: normal(output.shape, seed: 99).to(output.dataType))
  }

  private func leaf(_ columns: Int, _ type: DataType) throws -> Tensor {
    let table = try normal([Self.rows, columns], seed: 1).to(type).clone()
    try table.setRequiresGradient(true)
    return table
  }

  /// The gradients of `batches` by a table itself, and by one that an operation made of it.
  private func gradients(
    _ columns: Int, _ type: DataType, batches: Int = 1
  ) throws -> (held: Tensor, whole: Tensor) {
    let direct = try leaf(columns, type), behind = try leaf(columns, type)
    for batch in 0..<batches {
      try addGradient(of: output(direct, batch: batch))
      try addGradient(
        of: output(behind.reshaped([Self.rows * columns]).reshaped(behind.shape), batch: batch))
    }
    return (try #require(direct.accumulatedGradient), try #require(behind.accumulatedGradient))
  }

  @Test(arguments: columns, KernelVariant.all)
  func holdsTheRowsOfTheTokensWithTheBitsOfTheWholeGradient(
    columns: Int, variant: KernelVariant
  ) throws {
    try variant.run {
      let (held, whole) = try gradients(columns, variant.type)
      #expect(held.holdsRows && !whole.holdsRows)
      #expect(try held.heldRows() == Set(Self.tokens).sorted().map { Int($0) })
      #expect(held.shape == whole.shape && held.dataType == variant.type)
      #expect(try StoredTensor(held.dense()) == StoredTensor(whole))
    }
  }

  @Test func theGradientThatUsersSeeIsWhole() throws {
    let table = try leaf(16, .float32)
    let sum = try output(table).sum()
    #expect(try #require(sum.gradients(by: [table])[0]).holdsRows == false)
    try sum.backward()
    #expect(try #require(table.gradient).holdsRows == false)
    #expect(throws: TorchError.self) { try table.heldRows() }
  }

  @Test(arguments: columns)
  func severalBatchesAddUpToTheBitsOfTheWholeGradient(columns: Int) throws {
    let (held, whole) = try gradients(columns, .float32, batches: 3)
    #expect(held.holdsRows)
    #expect(try StoredTensor(held.dense()) == StoredTensor(whole))
  }

  @Test func aTableThatIsAlsoUsedWholeGetsTheSum() throws {
    for wholeFirst in [false, true] {
      let tied = try leaf(16, .float32), lookedUp = try leaf(16, .float32)
      let used = try leaf(16, .float32)
      let hidden = try normal([5, 16], seed: 3)
      try addGradient(of: output(lookedUp))
      try addGradient(of: hidden.linear(weight: used))
      if wholeFirst {
        try addGradient(of: hidden.linear(weight: tied))
        try addGradient(of: output(tied))
      } else {
        try addGradient(of: output(tied))
        try addGradient(of: hidden.linear(weight: tied))
      }
      let sum = try #require(tied.accumulatedGradient)
      #expect(!sum.holdsRows)
      let expected = try #require(lookedUp.gradient) + #require(used.gradient)
      #expect(try StoredTensor(sum) == StoredTensor(expected))
    }
  }

  @Test func oneBackwardPassThroughATiedTableGivesTheSum() throws {
    let tied = try leaf(16, .float32), lookedUp = try leaf(16, .float32)
    let used = try leaf(16, .float32)
    try (output(tied).sum() + tied.squared().sum()).backward()
    try (output(lookedUp).sum() + used.squared().sum()).backward()
    let expected = try #require(lookedUp.gradient) + #require(used.gradient)
    #expect(try StoredTensor(#require(tied.gradient)) == StoredTensor(expected))
  }

  @Test(arguments: columns + [1000], KernelVariant.all)
  func sumsOfSquaresHaveTheBitsOfTheWholeGradient(columns: Int, variant: KernelVariant) throws {
    try variant.run {
      let (held, whole) = try gradients(columns, variant.type)
      let vector = try normal([77], seed: 3).to(variant.type)
      #expect(try sumOfSquares([vector, held]) == sumOfSquares([vector, whole]))
    }
  }

  @Test func sumsOfSquaresTellOfARowThatIsNotFinite() throws {
    let (held, _) = try gradients(16, .float32)
    #expect(try sumOfSquares([held]).isFinite)
    let sum = try held.to(.float32)
    try sum.accumulate(held, scale: .infinity)
    #expect(try !sumOfSquares([sum]).isFinite)
  }

  @Test(arguments: KernelVariant.all)
  func accumulatesRowsAsTheWholeGradient(variant: KernelVariant) throws {
    try variant.run {
      let (held, whole) = try gradients(40, variant.type)
      let one = try normal(held.shape, seed: 7), other = try one.clone()
      try one.accumulate(held, scale: 0.5)
      try other.accumulate(whole, scale: 0.5)
      #expect(try StoredTensor(one) == StoredTensor(other))
    }
  }

  @Test func refusesToAddAWholeGradientToRows() throws {
    let (held, whole) = try gradients(16, .float32)
    #expect(throws: TorchError.self) { try held.accumulate(whole) }
  }

  @Test(
    "A step has the bits of the whole gradient's", arguments: columns + [1000], KernelVariant.all)
  func adamMovesAsWithTheWholeGradient(columns: Int, variant: KernelVariant) throws {
    for (isDecoupled, decay) in [(true, 0.01), (true, 0), (false, 0.01), (false, 0)] {
      try variant.run {
        let one = try AdamState(columns), other = try AdamState(columns)
        let marks = try movedRows(AdamMoment(one.first), AdamMoment(one.second))
        for step in 1...6 {
          // The rows of one batch, then of several, so that rows begin, rest and go on.
          let (held, whole) = try gradients(columns, variant.type, batches: step % 3 + 1)
          var settings = AdamStep(learningRate: step == 1 ? 0 : 1e-2, step: step)
          settings.isDecoupled = isDecoupled
          settings.gradientScale = 0.3
          // One step gets the whole gradient: what is known of rows has to stay true.
          let mixed = step == 5 ? whole : held
          try adamStep([one.parameter(mixed, decay, marks)], settings: settings)
          try adamStep([other.parameter(whole, decay, nil)], settings: settings)
          try one.expectBits(of: other)
        }
      }
    }
  }

  @Test(arguments: KernelVariant.all)
  func sgdMovesAsWithTheWholeGradient(variant: KernelVariant) throws {
    for momentum in [0, 0.9] {
      try variant.run {
        let one = try AdamState(40), other = try AdamState(40)
        for step in 1...4 {
          let (held, whole) = try gradients(40, variant.type, batches: step % 2 + 1)
          var settings = SGDStep(learningRate: 1e-2, isFirst: step == 1)
          settings.momentum = momentum
          for (state, gradient) in [(one, held), (other, whole)] {
            let parameter = SGDParameter(
              master: state.weights, velocity: state.first, gradient: gradient, copy: state.copy,
              weightDecay: 0.01)
            try sgdStep([parameter], settings: settings)
          }
          try one.expectBits(of: other)
        }
      }
    }
  }

  @Test func thePlainPathTakesRows() throws {
    let one = try AdamState(40), other = try AdamState(40)
    let (held, whole) = try gradients(40, .float32)
    let marks = try movedRows(AdamMoment(one.first), AdamMoment(one.second))
    let settings = AdamStep(learningRate: 1e-2, step: 1)
    try KernelChoice.usingReference {
      try adamStep([one.parameter(held, 0.01, marks)], settings: settings)
      try adamStep([other.parameter(whole, 0.01, nil)], settings: settings)
    }
    try one.expectBits(of: other)
    #expect(try marks.values(as: UInt8.self).allSatisfy { $0 == 1 })
  }

  @Test func refusesMarksOfOtherRows() throws {
    let state = try AdamState(16)
    let (held, _) = try gradients(16, .float32)
    let marks = try Tensor.zeros([Self.rows + 1], .uint8)
    #expect(throws: TorchError.self) {
      try adamStep(
        [state.parameter(held, 0, marks)], settings: AdamStep(learningRate: 1, step: 1))
    }
  }
}

/// A table with its state, on which steps are made.
private struct AdamState {
  let weights, first, second, copy: Tensor

  init(_ columns: Int) throws {
    weights = try normal([RowGradientTests.rows, columns], seed: 1)
    first = try Tensor.zeros(weights.shape)
    second = try Tensor.zeros(weights.shape)
    copy = try weights.to(.bfloat16)
  }

  func parameter(_ gradient: Tensor, _ decay: Double, _ marks: Tensor?) -> AdamParameter {
    AdamParameter(
      master: weights, firstMoment: AdamMoment(first), secondMoment: AdamMoment(second),
      gradient: gradient, copy: copy, movedRows: marks, weightDecay: decay)
  }

  func expectBits(of other: AdamState) throws {
    #expect(try StoredTensor(weights) == StoredTensor(other.weights))
    #expect(try StoredTensor(first) == StoredTensor(other.first))
    #expect(try StoredTensor(second) == StoredTensor(other.second))
    #expect(try StoredTensor(copy) == StoredTensor(other.copy))
  }
}
