import Testing
import Torch

struct DropoutKernelTests {
  private func kept(_ key: DropoutKey, rows: Int = 400, columns: Int = 384) throws -> [Bool] {
    try Tensor.ones([rows, columns]).dropout(key).values(as: Float.self).map { $0 != 0 }
  }

  /// How many standard deviations a count of successes is from what it should be.
  private func deviations(_ successes: Int, of trials: Int, probability: Double) -> Double {
    let expected = Double(trials) * probability
    return (Double(successes) - expected) / (expected * (1 - probability)).squareRoot()
  }

  @Test(arguments: [0.01, 0.1, 0.5, 0.9])
  func removesTheShareThatWasAsked(rate: Double) throws {
    for seed in UInt64(0)..<5 {
      let mask = try kept(DropoutKey(rate: rate, seed: seed, place: seed &* 31))
      let removed = mask.count { !$0 }
      #expect(abs(deviations(removed, of: mask.count, probability: rate)) < 4.5)
    }
  }

  @Test func keepsTheExpectation() throws {
    let key = DropoutKey(rate: 0.25, seed: 1, place: 1)
    let mean = try Tensor.ones([2000, 384]).dropout(key).mean().item()
    #expect(abs(mean - 1) < 0.005)
  }

  @Test func neighboursSeedsAndPlacesAreIndependent() throws {
    let columns = 384
    let mask = try kept(DropoutKey(rate: 0.5, seed: 1, place: 1))
    func agreement(_ pairs: some Sequence<(Bool, Bool)>) -> Double {
      var same = 0
      var all = 0
      for (one, other) in pairs {
        same += one == other ? 1 : 0
        all += 1
      }
      return deviations(same, of: all, probability: 0.5)
    }
    for distance in [1, 2, 16, 32, 128, columns] {
      #expect(abs(agreement(zip(mask, mask.dropFirst(distance)))) < 4.5, "distance \(distance)")
    }
    let otherSeed = try kept(DropoutKey(rate: 0.5, seed: 2, place: 1))
    let otherPlace = try kept(DropoutKey(rate: 0.5, seed: 1, place: 2))
    #expect(abs(agreement(zip(mask, otherSeed))) < 4.5)
    #expect(abs(agreement(zip(mask, otherPlace))) < 4.5)
    #expect(try mask == kept(DropoutKey(rate: 0.5, seed: 1, place: 1)))
  }

  @Test(arguments: KernelChoice.instructionSets)
  func everyInstructionSetRemovesTheSameElements(instructionSet: String) throws {
    let key = DropoutKey(rate: 0.3, seed: 11, place: 1 << 40)
    let expected = try KernelChoice.usingReference { try kept(key, rows: 9, columns: 300) }
    let actual = try KernelChoice.using(instructionSet: instructionSet) {
      try kept(key, rows: 9, columns: 300)
    }
    #expect(actual == nil || actual == expected)
  }

  @Test func theBackwardPassRemovesWhatTheForwardPassRemoved() throws {
    let x = try Tensor.ones([50, 100])
    try x.setRequiresGradient(true)
    let y = try x.dropout(DropoutKey(rate: 0.4, seed: 3, place: 4))
    try y.sum().backward()
    #expect(try x.gradient?.values(as: Float.self) == y.values(as: Float.self))
  }

  @Test func rateZeroChangesNothing() throws {
    let x = try normal([5, 9], seed: 1)
    #expect(try x.dropout(.none).values(as: Float.self) == x.values(as: Float.self))
  }

  @Test(arguments: [-0.1, 1, .nan])
  func refusesARateThatIsNone(rate: Double) throws {
    let x = try normal([5, 9], seed: 1)
    #expect(throws: TorchError.self) { try x.dropout(DropoutKey(rate: rate, seed: 0, place: 0)) }
  }
}
