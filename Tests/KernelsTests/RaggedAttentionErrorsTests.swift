import Testing
import Torch

/// What attention's options refuse, in the words that a user reads.
struct RaggedAttentionErrorsTests {
  private func message(_ options: AttentionOptions) throws -> String {
    let tokens = try normal([10, 2, 16], seed: 1)
    let error = #expect(throws: TorchError.self) {
      _ = try raggedAttention(
        query: tokens, key: tokens, value: tokens, queryBoundaries: boundaries([10]),
        options: options)
    }
    return error?.description ?? ""
  }

  @Test(arguments: [[3, 5], [2, 4], [10]])
  func refuseATableOfAnotherShape(shape: [Int]) throws {
    let options = AttentionOptions(scale: 1, bias: .byDistance(try .zeros(shape)))
    #expect(try message(options).contains("it must be [2, 2 * reach + 1]"))
  }

  @Test func refuseATableOfIntegers() throws {
    let options = AttentionOptions(scale: 1, bias: .byDistance(try .zeros([2, 3], .int64)))
    #expect(try message(options).contains("must be of a floating type"))
  }

  @Test(arguments: [[3], [2, 1]])
  func refuseSlopesOfAnotherShape(shape: [Int]) throws {
    let options = AttentionOptions(scale: 1, bias: .linear(slopes: try .zeros(shape)))
    #expect(try message(options).contains("one a query head"))
  }

  @Test func refuseAWindowBelowZero() throws {
    let options = AttentionOptions(scale: 1, window: -1)
    #expect(try message(options).contains("the window is -1"))
  }

  @Test func refuseDropoutOfEverything() throws {
    let options = AttentionOptions(scale: 1, dropout: DropoutKey(rate: 1, seed: 0, place: 0))
    #expect(try message(options).contains("dropout rate"))
  }
}
