import Testing
import Torch

/// The region serves the whole process: other tests run with it from the first of these on.
@Suite(.serialized)
struct TensorMemoryTests {
  @Test func tensorsOfTheRegionKeepWhatIsWrittenToThem() throws {
    TensorMemory.startCaching()
    var tensors: [Int: Tensor] = [:]
    // Blocks of many sizes, given back and taken again in another order.
    for turn in 0..<400 {
      let count = 8192 + turn * 7919 % 100_000
      tensors[turn] = try Tensor.full([count], Double(turn))
      if turn % 3 == 0 { tensors[turn * 5 % (turn + 1)] = nil }
    }
    for (turn, tensor) in tensors {
      #expect(try tensor.minimum().item() == Double(turn))
      #expect(try tensor.maximum().item() == Double(turn))
    }
  }

  @Test func aTensorOfSeveralGigabytesLargerThanMemoryIsRefusedInASentence() throws {
    TensorMemory.startCaching()
    let error = #expect(throws: TorchError.self) { try Tensor.zeros([1 << 50], .uint8) }
    #expect(error?.description.isEmpty == false)
  }

  @Test func memoryCanBeReturnedWhileTensorsLive() throws {
    TensorMemory.startCaching()
    let kept = try Tensor.full([3_000_000], 7)
    do { _ = try Tensor.full([9_000_000], 1) }
    TensorMemory.releaseUnused()
    #expect(try kept.minimum().item() == 7)
    // What was returned reads as zeros, not as what it held.
    let next = try Tensor.full([9_000_000], 2)
    #expect(try next.maximum().item() == 2)
  }
}
