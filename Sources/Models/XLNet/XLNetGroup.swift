import Layers
import Torch

/// What each token may see, and the numbers that hide the rest from a softmax.
struct XLNetSight {
  private let isCausal, sameLength: Bool
  private let order: FactorizationOrder?
  private let layout: XLNetLayout

  init(_ config: XLNetConfiguration, _ order: FactorizationOrder?, _ layout: XLNetLayout) {
    isCausal = config.attention == .unidirectional
    sameLength = config.sameLength
    self.order = order
    self.layout = layout
  }

  /// Whether all is seen by all.
  var isFree: Bool { !isCausal && order == nil }

  /// What is added to the scores of some places of a sequence, `places · keys` numbers; a place
  /// that knows itself sees its own token, whatever the order says.
  func added(_ sequence: Int, places: some Sequence<Int>, knowsItself: Bool) -> [Float] {
    let (length, remembered) = (layout.lengths[sequence], layout.memoryLengths[sequence])
    let ranks = order?.ranks(of: sequence, length: length)
    var numbers: [Float] = []
    for place in places {
      for key in 0..<remembered + length {
        let other = key - remembered
        var isHidden = isCausal && (other > place || sameLength && key < place)
        if let ranks, other >= 0, ranks[other] >= 0, ranks[place] <= ranks[other] {
          isHidden = true
        }
        if knowsItself, other == place { isHidden = false }
        // Transformers' number: a place that sees nothing gets the mean of all.
        numbers.append(isHidden ? -1e30 : 0)
      }
    }
    return numbers
  }
}

/// The token types of queries and keys.
struct XLNetSegments {
  /// `[T]`, `int64`.
  let queries: Tensor
  /// `[K]`, `int64`.
  let keys: Tensor
  let type: DataType

  /// 1 where a query's type is not the key's: `[count, 1, queries, keys]`.
  func differ(_ queryRows: RowChoice, _ keyRows: RowChoice, count: Int) throws -> Tensor {
    let queries = try queryRows(queries).reshaped([count, 1, -1, 1])
    let keys = try keyRows(keys).reshaped([count, 1, 1, -1])
    return try queries.isEqual(to: keys).logicalNot().to(type)
  }
}

/// Sequences of equal lengths.
struct XLNetGroup {
  /// Which they are.
  let members: [Int]
  /// Tokens of each.
  let queryCount: Int
  /// Tokens of each and of its memory.
  let keyCount: Int
  let isBackward: Bool
  let queryRows, keyRows: RowChoice
  /// Added to the scores, `[1 or count, 1, queries, keys]`; nil when all is seen.
  let mask: Tensor?
  /// 1 where segments differ, `[count, 1, queries, keys]`; nil when there is one.
  let differ: Tensor?

  var count: Int { members.count }

  init(
    _ members: [Int], _ layout: XLNetLayout, _ sight: XLNetSight, _ segments: XLNetSegments?,
    type: DataType
  ) throws {
    self.members = members
    let first = members[0]
    let queryCount = layout.lengths[first]
    let keyCount = queryCount + layout.memoryLengths[first]
    self.queryCount = queryCount
    self.keyCount = keyCount
    isBackward = layout.readsBackwards[first]
    queryRows = try RowChoice(
      members.map { layout.queryStarts[$0] }, length: queryCount, on: layout.device)
    keyRows = try RowChoice(
      members.map { layout.keyStarts[$0] }, length: keyCount, on: layout.device)
    mask =
      sight.isFree
      ? nil
      : try Tensor(
        members.flatMap { sight.added($0, places: 0..<queryCount, knowsItself: true) },
        shape: [members.count, 1, queryCount, keyCount]
      ).to(layout.device, type)
    differ = try segments?.differ(queryRows, keyRows, count: members.count)
  }
}

/// The targets of one sequence: queries at some of its places, that do not know their own tokens.
struct XLNetTargets {
  let count, queryCount, keyCount: Int
  let isBackward: Bool
  let keyRows: RowChoice
  /// For each target and key the row of their distance among the sequence's, `[targets, keys]`.
  let distances: Tensor
  /// Added to the scores, `[1, 1, targets, keys]`; nil when all is seen.
  let mask: Tensor?
  /// 1 where segments differ, `[1, 1, targets, keys]`.
  let differ: Tensor?

  init(
    _ sequence: Int, _ places: [Int], _ layout: XLNetLayout, _ sight: XLNetSight,
    _ segments: XLNetSegments?, type: DataType
  ) throws {
    count = places.count
    let queryCount = layout.lengths[sequence]
    let keyCount = queryCount + layout.memoryLengths[sequence]
    self.queryCount = queryCount
    self.keyCount = keyCount
    isBackward = layout.readsBackwards[sequence]
    keyRows = try RowChoice([layout.keyStarts[sequence]], length: keyCount, on: layout.device)
    distances = try Tensor(
      places.flatMap { place in (0..<keyCount).map { Int64(queryCount - place + $0) } },
      shape: [places.count, keyCount]
    ).to(layout.device)
    mask =
      sight.isFree
      ? nil
      : try Tensor(
        sight.added(sequence, places: places, knowsItself: false),
        shape: [1, 1, places.count, keyCount]
      ).to(layout.device, type)
    let start = layout.queryStarts[sequence]
    let rows = RowChoice.listed(
      try Tensor(places.map { Int64(start + $0) }).to(layout.device))
    differ = try segments?.differ(rows, keyRows, count: 1)
  }
}
