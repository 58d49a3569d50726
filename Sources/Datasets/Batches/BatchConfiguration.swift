/// How much goes into one batch.
public enum BatchSize: Codable, Sendable, Equatable {
  /// This many sequences.
  case sequences(Int)
  /// As many sequences as fit into this many tokens.
  case tokens(Int)
}

/// In which order training sees the examples of an epoch.
public enum BatchOrder: String, Codable, Sendable, CaseIterable {
  /// A new random order each epoch.
  case shuffled
  /// The order of the file, each epoch.
  case sequential
  /// A random order, sorted by length within a large window, and the batches shuffled: batches hold
  /// sequences of like length, which balances the work, and are still random.
  case lengthGrouped
}

/// How an epoch's examples become batches.
public struct BatchConfiguration: Codable, Sendable, Equatable {
  /// How much goes into one batch.
  ///
  /// Default: 16 sequences.
  public var size: BatchSize
  /// The order of examples and batches.
  ///
  /// Default: shuffled.
  public var order: BatchOrder
  /// What the random orders draw from.
  ///
  /// Default: 0.
  public var seed: UInt64
  /// The number of examples that ``BatchOrder/lengthGrouped`` sorts at a time.
  ///
  /// Default: 8192.
  public var window: Int

  /// Makes a configuration; each default is named at its property.
  public init(
    size: BatchSize = .sequences(16), order: BatchOrder = .shuffled, seed: UInt64 = 0,
    window: Int = 8192
  ) {
    self.size = size
    self.order = order
    self.seed = seed
    self.window = window
  }

  /// Refuses settings that make no batches, and examples that fit into none.
  func validate(_ lengths: [Int]) throws {
    func refuse(_ message: String) -> DatasetsError { DatasetsError(.invalidSetting, message) }
    if lengths.isEmpty { throw DatasetsError(.noRows, "There are no examples to make batches of.") }
    if window < 1 {
      throw refuse("The window of length grouping is \(window); it must be positive.")
    }
    if let place = lengths.firstIndex(where: { $0 < 0 }) {
      throw refuse(
        "Example \(place) has the length \(lengths[place]); a length cannot be negative.")
    }
    switch size {
    case .sequences(let count):
      if count < 1 { throw refuse("The batch size is \(count); it must be at least 1 sequence.") }
    case .tokens(let limit):
      if limit < 1 { throw refuse("The batch size is \(limit) tokens; it must be positive.") }
      if let place = lengths.firstIndex(where: { $0 > limit }) {
        throw DatasetsError(
          .sequenceTooLong,
          "Example \(place) has \(lengths[place]) tokens, and a batch may hold \(limit). "
            + "Raise the tokens of a batch to at least \(lengths.max() ?? 0), or lower the maximum "
            + "length.")
      }
    }
  }
}
