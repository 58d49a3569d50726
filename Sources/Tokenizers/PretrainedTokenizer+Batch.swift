internal import Dispatch
internal import Synchronization

extension PretrainedTokenizer {
  /// Encodes many texts on up to so many threads; the result is in the order of the inputs.
  ///
  /// A number of threads below 1 counts as 1.
  ///
  /// - Throws: the error of the first input that has one.
  public func encode(
    batch: [TextInput], options: EncodingOptions, threads: Int
  ) throws -> [Encoding] {
    let chunk = max(1, min(64, batch.count / max(1, threads * 8)))
    let chunks = (batch.count + chunk - 1) / chunk
    let workers = max(1, min(threads, chunks))
    if workers == 1 { return try encode(batch[...], options) }

    let next = Atomic(0)
    let results = Mutex<[(chunk: Int, result: Result<[Encoding], TokenizersError>)]>([])
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      var stream = pipeline.makeStream()
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if index >= chunks { return }
        let range = index * chunk..<min(batch.count, (index + 1) * chunk)
        let result = Result { () throws(TokenizersError) in
          try encode(batch[range], options, &stream)
        }
        results.withLock { $0.append((index, result)) }
      }
    }
    let ordered = results.withLock { $0.sorted { $0.chunk < $1.chunk } }
    var encodings: [Encoding] = []
    encodings.reserveCapacity(batch.count)
    for entry in ordered { encodings.append(contentsOf: try entry.result.get()) }
    return encodings
  }

  private func encode(
    _ batch: ArraySlice<TextInput>, _ options: EncodingOptions
  ) throws(TokenizersError) -> [Encoding] {
    var stream = pipeline.makeStream()
    return try encode(batch, options, &stream)
  }

  private func encode(
    _ batch: ArraySlice<TextInput>, _ options: EncodingOptions, _ stream: inout TokenStream
  ) throws(TokenizersError) -> [Encoding] {
    var encodings: [Encoding] = []
    encodings.reserveCapacity(batch.count)
    for input in batch {
      encodings.append(try pipeline.encode(input.text, input.pair, options, &stream))
    }
    return encodings
  }
}
