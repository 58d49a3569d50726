import Layers
import Torch

/// XLNet's attention: scores of contents, of distances and of segments, each with a bias of its own
/// in place of the query's position.
///
/// No kernel computes such scores; they are matrices `[heads, queries, keys]` of libtorch's
/// operations, for sequences of equal lengths together.
struct XLNetAttention {
  private let query, key, value, output, position: Parameter
  private let contentBias, positionBias, segmentBias, segments: Parameter
  private let heads, size: Int
  private let scale: Double
  private let dropout: Dropout

  init(_ config: XLNetConfiguration, at scope: ModuleScope) throws {
    let initializer = Initializer.normal(deviation: config.initializerRange)
    (heads, size) = (config.attentionHeads, config.headSize)
    let matrix = [config.hiddenSize, heads, size]
    query = try scope.parameter("q", shape: matrix, initializer)
    key = try scope.parameter("k", shape: matrix, initializer)
    value = try scope.parameter("v", shape: matrix, initializer)
    output = try scope.parameter("o", shape: matrix, initializer)
    position = try scope.parameter("r", shape: matrix, initializer)
    positionBias = try scope.parameter("r_r_bias", shape: [heads, size], initializer)
    segmentBias = try scope.parameter("r_s_bias", shape: [heads, size], initializer)
    contentBias = try scope.parameter("r_w_bias", shape: [heads, size], initializer)
    segments = try scope.parameter("seg_embed", shape: [2, heads, size], initializer)
    scale = 1 / Double(size).squareRoot()
    dropout = scope.dropout(config.dropout)
  }

  /// What the queries of a layer look at.
  struct Keys {
    let keys, values: Tensor
    let positions: XLNetPositions
  }

  /// Keys and values of the tokens, and of the memory before them, `[K, hidden]`; and the keys of
  /// distances.
  func keys(of input: Tensor, positions: XLNetPositions) throws -> Keys {
    Keys(
      keys: try projected(input, by: key), values: try projected(input, by: value),
      positions: try positions.map { try projected($0, by: position) })
  }

  /// The stream that knows its own tokens: `[T, hidden]` to the mixed values `[T, heads · size]`.
  func content(_ input: Tensor, keys: Keys, plan: XLNetPlan) throws -> Tensor {
    let queries = try queries(of: input)
    let parts = try plan.groups.enumerated().map { index, group in
      try mixed(queries, keys, group, dropout: key(of: index))
    }
    let joined = parts.count == 1 ? parts[0] : try Tensor.concatenated(parts)
    return try plan.order.map { try joined.slices($0) } ?? joined
  }

  /// The stream of targets, which do not: `[S, hidden]` to `[S, heads · size]`.
  func targets(_ input: Tensor, keys: Keys, plan: XLNetPlan) throws -> Tensor {
    let queries = try queries(of: input)
    var start = 0
    let parts = try plan.targets.enumerated().map { index, targets in
      defer { start += targets.count }
      let rows = RowChoice.range(from: start, count: targets.count)
      return try mixed(
        queries, rows, keys, targets, dropout: key(of: plan.groups.count + index))
    }
    return try Tensor.concatenated(parts)
  }

  /// The mixed values `[T, heads · size]` back to the hidden size.
  func projectedBack(_ mixed: Tensor) throws -> Tensor {
    try mixed.linear(weight: output.value.reshaped([-1, heads * size]))
  }

  // MARK: Parts

  /// Scaled queries with the bias of each kind of score.
  private struct Queries {
    /// `[T, heads · size]`.
    let content, position: Tensor
    /// How much more a key of another segment counts than one of the same, `[T, heads]`.
    let segment: Tensor
  }

  private func queries(of input: Tensor) throws -> Queries {
    let plain = try projected(input, by: query)
    let width = heads * size
    func biased(_ bias: Parameter) throws -> Tensor {
      try (plain + bias.value.reshaped([width])) * scale
    }
    // Scores that all keys of a query share change nothing: only the difference counts.
    let difference = try segments.value.select(0, 1) - segments.value.select(0, 0)
    let segment = try biased(segmentBias).reshaped([-1, heads, size]) * difference
    return Queries(
      content: try biased(contentBias), position: try biased(positionBias),
      segment: try segment.sum([2]))
  }

  private func projected(_ input: Tensor, by matrix: Parameter) throws -> Tensor {
    try input.matmul(matrix.value.reshaped([-1, heads * size]))
  }

  /// `[count · rows, heads · size]` to `[count, heads, rows, size]`.
  private func split(_ tensor: Tensor, count: Int) throws -> Tensor {
    try tensor.reshaped([count, -1, heads, size]).permuted([0, 2, 1, 3])
  }

  /// The keys of a sequence's distances, `[heads, size, rows]`.
  private func distanceKeys(
    _ positions: XLNetPositions, queries: Int, keys: Int, isBackward: Bool
  ) throws -> Tensor {
    try positions.rows(queries: queries, keys: keys, isBackward: isBackward)
      .reshaped([-1, heads, size]).permuted([1, 2, 0])
  }

  private func mixed(
    _ queries: Queries, _ keys: Keys, _ group: XLNetGroup, dropout: DropoutKey
  ) throws -> Tensor {
    let (count, queryCount, keyCount) = (group.count, group.queryCount, group.keyCount)
    let rows = group.queryRows
    let distances = try split(rows(queries.position), count: count).matmul(
      distanceKeys(
        keys.positions, queries: queryCount, keys: keyCount, isBackward: group.isBackward))
    // Each query's scores begin one distance further on than the next one's: rows that are one
    // element longer than their stride stand under each other as they should.
    let shifted =
      try distances
      .reshaped([count, heads, keyCount + queryCount, queryCount])
      .narrowed(2, from: 1, count: keyCount + queryCount - 1)
      .reshaped([count, heads, queryCount, keyCount + queryCount - 1])
      .narrowed(3, from: 0, count: keyCount)
    let scores = try split(rows(queries.content), count: count)
      .matmul(split(group.keyRows(keys.keys), count: count).transposed())
    try scores.add(shifted)
    let segment = try rows(queries.segment).reshaped([count, queryCount, heads, 1])
    try finish(
      scores, segment: segment.permuted([0, 2, 1, 3]), differ: group.differ, mask: group.mask)
    let values = try split(group.keyRows(keys.values), count: count)
    return try weighted(scores, values, dropout).reshaped([count * queryCount, heads * size])
  }

  private func mixed(
    _ queries: Queries, _ rows: RowChoice, _ keys: Keys, _ targets: XLNetTargets,
    dropout: DropoutKey
  ) throws -> Tensor {
    let distances = try split(rows(queries.position), count: 1).matmul(
      distanceKeys(
        keys.positions, queries: targets.queryCount, keys: targets.keyCount,
        isBackward: targets.isBackward))
    let places = try targets.distances.expanded([1, heads, targets.count, targets.keyCount])
    let scores = try split(rows(queries.content), count: 1)
      .matmul(split(targets.keyRows(keys.keys), count: 1).transposed())
    try scores.add(distances.gathered(places, along: 3))
    let segment = try rows(queries.segment).reshaped([1, targets.count, heads, 1])
    try finish(
      scores, segment: segment.permuted([0, 2, 1, 3]), differ: targets.differ,
      mask: targets.mask)
    let values = try split(targets.keyRows(keys.values), count: 1)
    return try weighted(scores, values, dropout).reshaped([targets.count, heads * size])
  }

  /// Adds to the scores, where they lie, what segments and hidden keys make of them.
  private func finish(
    _ scores: Tensor, segment: Tensor, differ: Tensor?, mask: Tensor?
  ) throws {
    if let differ { try scores.addProduct(segment, differ) }
    if let mask { try scores.add(mask) }
  }

  /// The softmax's mean of values, `[count, queries, heads, size]`.
  private func weighted(_ scores: Tensor, _ values: Tensor, _ key: DropoutKey) throws -> Tensor {
    var weights = try scores.softmax()
    if key.rate > 0 { weights = try weights.dropout(key) }
    return try weights.matmul(values).permuted([0, 2, 1, 3])
  }

  /// The key of one part's dropout: parts begin with the same index, so each has its own place.
  private func key(of part: Int) -> DropoutKey {
    var key = dropout.key
    key.place ^= UInt64(part) << 48
    return key
  }
}
