internal import Tasks

/// Tells when texts were cut.
struct CutNote {
  private var texts = 0
  private var cut = 0
  private var tokens = 0
  private let limit: Int?

  /// Begins to count.
  ///
  /// - Parameter limit: The tokens that texts are cut to.
  init(limit: Int?) {
    self.limit = limit
  }

  /// Counts encoded texts.
  mutating func add<Example>(_ rows: [EncodedRow<Example>]) {
    texts += rows.count
    for row in rows where row.truncatedTokens > 0 {
      cut += 1
      tokens += row.truncatedTokens
    }
  }

  /// A sentence; nil when nothing was cut.
  var text: String? {
    guard cut > 0, let limit else { return nil }
    return
      "\(cut) of \(texts) \(texts == 1 ? "text was" : "texts were") longer than \(limit) tokens "
      + "and cut; \(tokens) tokens were not seen."
  }
}
