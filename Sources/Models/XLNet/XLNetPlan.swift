import Layers
import Torch

/// What all layers of an XLNet need to know of a batch: which sequences are computed together, what
/// each token may see, and where keys lie when there is a memory.
struct XLNetPlan {
  /// Sequences of equal lengths, whose scores are one matrix product.
  let groups: [XLNetGroup]
  /// The row of each of the batch's tokens among the groups' results; nil when they are in order.
  let order: Tensor?
  /// The order of keys among the memory's rows followed by the batch's; nil without a memory.
  let keyOrder: Tensor?
  /// The sequences whose targets are predicted, in order.
  let targets: [XLNetTargets]

  /// Plans a batch.
  init(
    _ config: XLNetConfiguration, _ batch: RaggedBatch, _ order: FactorizationOrder?,
    _ memory: SegmentMemory?, type: DataType
  ) throws {
    let layout = try XLNetLayout(config, batch, memory)
    keyOrder = try layout.keyOrder.map { try Tensor($0).to(batch.tokens.device) }
    var segments: XLNetSegments?
    if let queries = batch.segments {
      // What is remembered counts as of segment 0.
      var keys = queries
      if let keyOrder, let memory {
        let held = try Tensor.zeros([memory.rowCount], .int64, on: queries.device)
        keys = try Tensor.concatenated([held, queries]).slices(keyOrder)
      }
      segments = XLNetSegments(queries: queries, keys: keys, type: type)
    }
    let sight = XLNetSight(config, order, layout)
    groups = try layout.grouped().map { members in
      try XLNetGroup(members, layout, sight, segments, type: type)
    }
    let places = groups.flatMap(\.members).flatMap { layout.queryStarts[$0]..<layout.queryEnd($0) }
    self.order =
      places == Array(0..<batch.tokenCount)
      ? nil
      : try Tensor(places.indices.sorted { places[$0] < places[$1] }.map(Int64.init))
        .to(batch.tokens.device)
    targets = try batch.lengths.indices.compactMap { index in
      try order?.targets.flatMap { all in
        all[index].isEmpty
          ? nil : try XLNetTargets(index, all[index], layout, sight, segments, type: type)
      }
    }
  }
}

/// Where the queries and keys of each sequence lie.
struct XLNetLayout {
  let lengths, memoryLengths, queryStarts, keyStarts: [Int]
  let readsBackwards: [Bool]
  /// The memory's and the batch's rows as each sequence has them; nil without a memory.
  let keyOrder: [Int64]?
  let device: Device

  init(_ config: XLNetConfiguration, _ batch: RaggedBatch, _ memory: SegmentMemory?) throws {
    let count = batch.count
    guard memory.map({ $0.lengths.count == count && $0.states.count == config.layers }) ?? true
    else {
      throw ModelsError(
        .input, "The memory is not that of \(count) sequences and \(config.layers) layers.")
    }
    guard !config.readsBothWays || count.isMultiple(of: 2) else {
      throw ModelsError(
        .input,
        "A batch of \(count) sequences cannot be halved: with bi_data the second half is read "
          + "backwards.")
    }
    lengths = batch.lengths
    memoryLengths = memory?.lengths ?? Array(repeating: 0, count: count)
    readsBackwards = (0..<count).map { config.readsBothWays && $0 >= count / 2 }
    device = batch.tokens.device
    var (queryStarts, keyStarts, memoryStart) = ([0], [0], 0)
    var keyOrder: [Int64] = []
    let held = memory?.rowCount ?? 0
    for (length, remembered) in zip(lengths, memoryLengths) {
      let start = queryStarts[queryStarts.count - 1]
      keyOrder += (memoryStart..<memoryStart + remembered).map(Int64.init)
      keyOrder += (held + start..<held + start + length).map(Int64.init)
      memoryStart += remembered
      queryStarts.append(start + length)
      keyStarts.append(keyStarts[keyStarts.count - 1] + remembered + length)
    }
    self.queryStarts = queryStarts
    self.keyStarts = keyStarts
    self.keyOrder = memory == nil ? nil : keyOrder
  }

  func queryEnd(_ sequence: Int) -> Int { queryStarts[sequence + 1] }

  /// Sequences with equally many queries and keys, in the order in which they first appear.
  func grouped() -> [[Int]] {
    struct Kind: Hashable {
      let queries, remembered: Int
      let isBackward: Bool
    }
    var groups: [[Int]] = []
    var places: [Kind: Int] = [:]
    for index in lengths.indices {
      let kind = Kind(
        queries: lengths[index], remembered: memoryLengths[index],
        isBackward: readsBackwards[index])
      if let place = places[kind] {
        groups[place].append(index)
      } else {
        places[kind] = groups.count
        groups.append([index])
      }
    }
    return groups
  }
}

/// Rows of a matrix: a part of it without a copy where they lie together.
enum RowChoice {
  case range(from: Int, count: Int)
  case listed(Tensor)

  /// The rows of blocks of equal length that begin at `starts`.
  init(_ starts: [Int], length: Int, on device: Device) throws {
    let isTogether = zip(starts, starts.dropFirst()).allSatisfy { $0 + length == $1 }
    self =
      isTogether
      ? .range(from: starts[0], count: starts.count * length)
      : .listed(
        try Tensor(starts.flatMap { ($0..<$0 + length).map(Int64.init) }).to(device))
  }

  func callAsFunction(_ matrix: Tensor) throws -> Tensor {
    switch self {
    case .range(let start, let count): try matrix.narrowed(0, from: start, count: count)
    case .listed(let rows): try matrix.slices(rows)
    }
  }
}
