import Testing
import Torch

struct CountedMemoryTests {
  @Test func countsWhatIsHeldAndTheMostAtOnce() throws {
    let (memory, kept) = try CountedMemory.of {
      _ = try Tensor.zeros([1000])
      let kept = try Tensor.zeros([500], .bfloat16)
      _ = try Tensor.zeros([300])
      return kept
    }
    #expect(kept.count == 500)
    #expect(memory == CountedMemory(held: 1000, peak: 4000))
  }

  @Test func whatIsGivenBackLaterDoesNoHarm() throws {
    var kept: Tensor? = try CountedMemory.of { try Tensor.zeros([1000]) }.result
    #expect(kept != nil)
    kept = nil
    #expect(try CountedMemory.of { try Tensor.zeros([10]) }.memory.held == 40)
  }

  @Test func countsWhatABackwardPassNeeds() throws {
    let x = try Tensor.zeros([100])
    try x.setRequiresGradient(true)
    let (memory, _) = try CountedMemory.of { try (x * 2).squared() }
    // The result, and the factor of its derivative.
    #expect(memory.held >= 800 && memory.held < 900)
  }

  @Test func refusesToCountTwice() throws {
    _ = try CountedMemory.of {
      #expect(throws: TorchError.self) { try CountedMemory.of {} }
    }
    #expect(try CountedMemory.of {}.memory == CountedMemory(held: 0, peak: 0))
  }
}
