internal import Dispatch
internal import Synchronization

/// Counts the words of texts as the stages before the model make them, on several threads.
///
/// Added tokens are not looked for, as `tokenizers` does not look for them when it trains.
struct WordCounter: Sendable {
  private let normalizer: Normalizer?
  private let splitter: WordSplitter
  private let threads: Int
  private let limit: Int

  init(normalizer: Normalizer?, preTokenizer: PreTokenizer?, threads: Int, limit: Int) {
    self.normalizer = normalizer
    splitter = WordSplitter(preTokenizer, keepsBytes: true)
    self.threads = max(1, threads)
    self.limit = limit
  }

  /// Whether words are bytes that stand for ``ByteLevel``'s characters.
  var keepsBytes: Bool { splitter.spellsBytes }

  /// Counts batch by batch until `fill` leaves a batch empty.
  ///
  /// - Throws: ``TokenizersError`` of code `tooManyWords` when the limit is passed.
  func count(
    _ progress: (VocabularyTrainer.Progress) -> Void,
    fill: (inout TextBatch) throws(TokenizersError) -> Void
  ) throws(TokenizersError) -> WordTable {
    var words = WordTable()
    var tables: [WordTable] = []
    var batch = TextBatch()
    var texts = 0
    while true {
      batch.clear()
      try fill(&batch)
      if batch.texts.isEmpty { return words }
      count(batch, into: &tables)
      for index in tables.indices {
        words.add(tables[index])
        tables[index].clear()
      }
      guard words.count <= limit else {
        throw TokenizersError(
          .tooManyWords,
          """
          The texts have more than \(limit) distinct words, the bound that keeps training within \
          memory. Raise maximumDistinctWords, or split texts with a pre-tokenizer.
          """)
      }
      texts += batch.texts.count
      progress(.counting(texts: texts, distinctWords: words.count))
    }
  }

  /// Counts a batch, each thread into a table of its own; their sum does not depend on who counted.
  private func count(_ batch: TextBatch, into tables: inout [WordTable]) {
    let chunk = 64
    let chunks = (batch.texts.count + chunk - 1) / chunk
    let workers = min(threads, chunks)
    let pool = Mutex(tables)
    let filled = Mutex<[WordTable]>([])
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      var table = pool.withLock { $0.popLast() } ?? WordTable()
      var scratch = WordSplitter.Scratch()
      while true {
        let first = next.wrappingAdd(1, ordering: .relaxed).oldValue * chunk
        if first >= batch.texts.count { break }
        for text in batch.texts[first..<min(first + chunk, batch.texts.count)] {
          count(batch.bytes.span, text, into: &table, &scratch)
        }
      }
      filled.withLock { $0.append(table) }
    }
    tables = filled.withLock { $0 } + pool.withLock { $0 }
  }

  private func count(
    _ bytes: Span<UInt8>, _ text: Range<Int>, into table: inout WordTable,
    _ scratch: inout WordSplitter.Scratch
  ) {
    var aligned: AlignedText
    if normalizer?.leavesUnchanged(bytes, text) ?? true {
      if splitter.split(bytes, text, &scratch) {
        for word in scratch.words { table.add(bytes, word) }
        return
      }
      aligned = AlignedText(bytes, text)
    } else {
      var normalized = NormalizedText(bytes, text)
      normalizer?.apply(to: &normalized)
      aligned = AlignedText(normalized.elements[...])
    }
    splitter.split(&aligned, &scratch)
    let changed = aligned.bytes
    for word in aligned.words { table.add(changed.span, word) }
  }
}
