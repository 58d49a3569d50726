internal import CTorch

/// The memory that tensors on the CPU asked for while something ran; it depends on shapes and types
/// alone, not on the machine.
public struct CountedMemory: Sendable, Equatable {
  /// Bytes that were asked for and are still held at the end.
  public let held: Int
  /// The most bytes that were held at once.
  public let peak: Int

  /// Names both figures.
  public init(held: Int, peak: Int) {
    self.held = held
    self.peak = peak
  }

  /// Runs `body` and counts what this thread asks for tensors meanwhile.
  ///
  /// What `body` returns is still there when the held bytes are counted.
  ///
  /// - Throws: What `body` throws, or ``TorchError`` when the memory is being counted already.
  public static func of<Result>(
    _ body: () throws -> Result
  ) throws -> (memory: CountedMemory, result: Result) {
    try check(ct_begin_counting_memory())
    var held: Int64 = 0, peak: Int64 = 0
    do {
      let result = try body()
      unsafe ct_end_counting_memory(&held, &peak)
      return (CountedMemory(held: Int(held), peak: Int(peak)), result)
    } catch {
      unsafe ct_end_counting_memory(&held, &peak)
      throw error
    }
  }
}
