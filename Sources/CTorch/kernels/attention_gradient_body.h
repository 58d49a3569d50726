// The backward pass of attention, tile of keys by tile; included after `attention_body.h`, by the `isa_*.cpp` files
// alone. Scores are computed again. The sums over queries are the tile's own; those over keys (the queries' gradients)
// go from tile to tile, always in the tiles' order, whether one task or several have them.

constexpr int64_t queryBlock = attentionQueryBlock;

/// Two neighbouring query rows of a block for products along the queries: [queries / perUnit, keys] units.
CTORCH_INLINE void storeColumns(
    float *block, int64_t stride, int64_t row, int64_t j, Floats upper, Floats lower) {
  store(block + row * stride + j, upper);
  store(block + (row + 1) * stride + j, lower);
}
CTORCH_INLINE void storeColumns(
    uint32_t *block, int64_t stride, int64_t row, int64_t j, Floats upper, Floats lower) {
  const Words a = __builtin_convertvector(narrowed(upper), Words);
  const Words b = __builtin_convertvector(narrowed(lower), Words);
  storeAs(block + row / 2 * stride + j, a | (b << 16));
}

/// What the backward pass of one panel works on.
template <typename Unit>
struct BackwardPanel {
  const float *scores;          // [8, keyTile]
  float *probabilityGradients;  // [8, keyTile]; the scores' gradients afterwards, where they are kept
  float logSumExp[panelRows];
  const float *delta;  // [8]
  Unit *scoreGradients;                     // [8, keyTile / perUnit], by keys
  Unit *probabilityColumns, *scoreColumns;  // of the block, by queries
  int64_t columnStride, blockRow, padded;
};

/// P = exp2(scores - logSumExp); the scores' gradient is P * (P's gradient - delta).
template <bool dropout, bool keeps, typename Unit>
CTORCH_INLINE void differentiatePanel(
    const BackwardPanel<Unit> &panel, int64_t firstKey, int64_t panelIndex, int64_t firstQuery,
    int64_t head, const DropoutMask &mask) {
  constexpr int64_t stride = keyTile / (sizeof(Unit) == 4 && !__is_same(Unit, float) ? 2 : 1);
  const Floats factor = broadcast(mask.keptFactor);
  for (int64_t j = 0; j < panel.padded; j += lanes) {
    Decisions decisions;
    if constexpr (dropout) decisions = decideScores(firstKey + j, panelIndex, firstQuery, head, mask);
    for (int r = 0; r < panelRows; r += 2) {
      Floats used[2], gradients[2];
      for (int half = 0; half < 2; ++half) {
        const int row = r + half;
        const Floats p = exp2(load(panel.scores + row * keyTile + j) - panel.logSumExp[row]);
        Floats gradient = load(panel.probabilityGradients + row * keyTile + j);
        used[half] = p;
        if constexpr (dropout) {
          const Ints keep = kept(decisions, row, mask.threshold);
          used[half] = choose(keep, p * factor, Floats{});
          gradient = choose(keep, gradient * factor, Floats{});
        }
        gradients[half] = p * (gradient - panel.delta[row]);
        if constexpr (keeps) store(panel.probabilityGradients + row * keyTile + j, gradients[half]);
        if constexpr (!__is_same(Unit, float))
          storeProbabilities(panel.scoreGradients + row * stride, j, gradients[half]);
      }
      storeColumns(
          panel.probabilityColumns, panel.columnStride, panel.blockRow + r, j, used[0], used[1]);
      storeColumns(
          panel.scoreColumns, panel.columnStride, panel.blockRow + r, j, gradients[0], gradients[1]);
    }
  }
}

/// Writes accumulated rows, times a factor, to a gradient.
template <typename Value, typename At>
CTORCH_INLINE void writeRows(
    const float *from, int64_t stride, int64_t count, int64_t size, float factor, const At &at) {
  for (int64_t i = 0; i < count; ++i) {
    Value *to = at(i);
    for (int64_t d = 0; d < size; d += lanes)
      store(to + d, load(from + i * stride + d) * factor, size - d);
  }
}

/// Working memory of a backward task.
template <typename Kind>
struct BackwardMemory {
  using Unit = typename Kind::Unit;
  /// Length of a row of keys by depth.
  int64_t stride;
  float *keyGradients, *valueGradients, *queryGradients, *scores, *probabilityGradients;
  /// Of queries over the tiles so far, where the task has several.
  float *queryGradientSums;
  float *deltas, *biases, *diagonals;
  Unit *packed, *keysByDepth, *valuesByDepth, *keysByKey;
  Unit *queryRows, *gradientRows, *queriesByQuery, *gradientsByQuery;
  Unit *scoreGradients, *probabilityColumns, *scoreColumns;

  BackwardMemory(const HeadShape<Kind> &shape, int64_t keys, int64_t summedQueries)
      : stride(roundUp(keys, lanes)) {
    const int64_t columns = shape.columns, units = shape.units, wide = shape.wide;
    constexpr bool pairs = Kind::perUnit == 2;
    constexpr int64_t distances = keyTile + queryBlock;
    Scratch &scratch = Scratch::ofThread(
        size_t(4) * ((2 * stride + queryBlock + summedQueries) * columns + 3 * stride * units +
                     stride * wide + 4 * queryBlock * wide + 3 * panelRows * keyTile + 2 * queryBlock * stride +
                     queryBlock + 2 * distances) +
        8192);
    keyGradients = scratch.take<float>(stride * columns);
    valueGradients = scratch.take<float>(stride * columns);
    queryGradients = scratch.take<float>(queryBlock * columns);
    queryGradientSums = scratch.take<float>(summedQueries * columns);
    packed = scratch.take<Unit>(stride * units);
    keysByDepth = scratch.take<Unit>(units * stride);
    valuesByDepth = scratch.take<Unit>(units * stride);
    keysByKey = scratch.take<Unit>(stride / Kind::perUnit * wide);
    queryRows = scratch.take<Unit>(queryBlock * units);
    gradientRows = scratch.take<Unit>(queryBlock * units);
    queriesByQuery = pairs ? scratch.take<Unit>(queryBlock / 2 * wide) : queryRows;
    gradientsByQuery = pairs ? scratch.take<Unit>(queryBlock / 2 * wide) : gradientRows;
    scores = scratch.take<float>(panelRows * keyTile);
    probabilityGradients = scratch.take<float>(panelRows * keyTile);
    scoreGradients = scratch.take<Unit>(panelRows * keyTile / Kind::perUnit);
    probabilityColumns = scratch.take<Unit>(queryBlock / Kind::perUnit * stride);
    scoreColumns = scratch.take<Unit>(queryBlock / Kind::perUnit * stride);
    deltas = scratch.take<float>(queryBlock);
    biases = scratch.take<float>(distances);
    diagonals = scratch.take<float>(distances);
  }
};

/// Neighbouring keys: a tile's.
struct KeyRange {
  int64_t first, count;
};

/// One query head's side of a tile of keys.
template <typename Value, typename Kind>
struct TileProblem {
  using Unit = typename Kind::Unit;
  const AttentionProblem<Value> problem;
  const HeadShape<Kind> &shape;
  const BackwardMemory<Kind> &memory;
  const AttentionTask &task;
  KeyRange keys;
  /// Where the gradients of this head's queries add up [queries, columns], and whose turn it is; null when all tiles
  /// are this task's.
  float *queryGradientSums;
  AttentionTurns *turns;
  /// Where this head adds up the table's gradient; null when it is not wanted.
  float *biasGradient;

  /// A block of queries and the keys of the tile that they see, which begin with `from` of the tile.
  struct Block {
    int64_t first, count, rows, from, seen, padded;
    /// Distance of the last row and the first lane; the others follow.
    int64_t lowestDistance;
  };

  /// The block that begins with query `first`.
  Block block(int64_t first) const {
    const Sight &sight = problem.sight;
    const int64_t left = sight.queries - first, count = left < queryBlock ? left : queryBlock;
    const int64_t begin = clamped(sight.firstKey(first) - keys.first, 0, keys.count);
    const int64_t end = clamped(sight.endKey(first + count - 1) - keys.first, 0, keys.count);
    const int64_t from = begin / lanes * lanes, rows = roundUp(count, panelRows);
    return {first,      count, rows, from, end - from, roundUp(end - from, lanes),
            keys.first + from - (first + rows - 1 + sight.shift)};
  }

  void pack(const Block &block) const {
    const int64_t size = shape.size, units = shape.units;
    packRows(block.rows, size, memory.queryRows, units, [&](int64_t r) {
      return r < block.count ? problem.queryRow(problem.call.query, block.first + r) : nullptr;
    });
    packRows(block.rows, size, memory.gradientRows, units, [&](int64_t r) {
      return r < block.count ? problem.queryRow(problem.call.outputGradient, block.first + r) : nullptr;
    });
    if constexpr (Kind::perUnit == 2) {
      interleaveRows(memory.queryRows, units, block.rows, units, memory.queriesByQuery, shape.wide);
      interleaveRows(memory.gradientRows, units, block.rows, units, memory.gradientsByQuery, shape.wide);
    }
  }

  /// The sum over the head of output times its gradient, of every query; 0 in the rows that fill up.
  void fillDeltas(const Block &block) const {
    for (int64_t r = 0; r < block.rows; ++r) {
      Floats total{};
      if (r < block.count) {
        const Value *output = problem.queryRow(problem.call.output, block.first + r);
        const Value *gradient = problem.queryRow(problem.call.outputGradient, block.first + r);
        for (int64_t d = 0; d < shape.size; d += lanes)
          total = multiplyAdd(
              load(output + d, shape.size - d), load(gradient + d, shape.size - d), total);
      }
      memory.deltas[r] = sum(total);
    }
  }

  /// The scores of eight rows of a block and the gradients of their probabilities.
  CTORCH_INLINE void computeScores(const Block &block, int64_t row) const {
    const AttentionCall &call = problem.call;
    multiply<Kind>(
        {memory.queryRows + row * shape.units, shape.units, 1}, memory.keysByDepth + block.from,
        memory.stride, memory.scores, keyTile, panelRows, block.padded, shape.depth, false);
    multiply<Kind>(
        {memory.gradientRows + row * shape.units, shape.units, 1}, memory.valuesByDepth + block.from,
        memory.stride, memory.probabilityGradients, keyTile, panelRows, block.padded, shape.depth,
        false);
    const PanelLimits limits(problem.sight, block.first + row, keys.first + block.from, block.seen);
    if (call.isBiased()) {
      scaleAndHide<true>(
          memory.scores, block.padded, call.scale * log2OfE, limits,
          memory.biases + block.rows - panelRows - row);
    } else {
      scaleAndHide<false>(memory.scores, block.padded, call.scale * log2OfE, limits, nullptr);
    }
  }

  CTORCH_INLINE BackwardPanel<Unit> panel(const Block &block, int64_t row) const {
    BackwardPanel<Unit> panel;
    panel.scores = memory.scores;
    panel.probabilityGradients = memory.probabilityGradients;
    panel.scoreGradients = memory.scoreGradients;
    panel.probabilityColumns = memory.probabilityColumns;
    panel.scoreColumns = memory.scoreColumns;
    panel.columnStride = memory.stride;
    panel.blockRow = row;
    panel.padded = block.padded;
    const float *const logSumExp =
        problem.call.logSumExp + problem.head * problem.call.tokens + problem.queryStart + block.first;
    for (int64_t r = 0; r < panelRows; ++r)
      panel.logSumExp[r] = row + r < block.count ? logSumExp[row + r] : infinity;
    panel.delta = memory.deltas + row;
    return panel;
  }

  CTORCH_INLINE void differentiate(const Block &block, int64_t row) const {
    const DropoutMask &mask = problem.call.mask;
    const BackwardPanel<Unit> of = panel(block, row);
    const int64_t key = keys.first + block.from, index = (block.first + row) / panelRows;
    if (mask.removesAny()) {
      if (biasGradient)
        differentiatePanel<true, true>(of, key, index, problem.queryStart, problem.head, mask);
      else
        differentiatePanel<true, false>(of, key, index, problem.queryStart, problem.head, mask);
    } else if (biasGradient) {
      differentiatePanel<false, true>(of, key, index, problem.queryStart, problem.head, mask);
    } else {
      differentiatePanel<false, false>(of, key, index, problem.queryStart, problem.head, mask);
    }
  }

  /// Adds the scores' gradients of eight rows up by distance.
  void addDiagonals(const Block &block, int64_t row) const {
    for (int64_t r = 0; r < panelRows && row + r < block.count; ++r) {
      const float *const from = memory.probabilityGradients + r * keyTile;
      float *const to = memory.diagonals + block.rows - 1 - row - r;
      for (int64_t j = 0; j < block.padded; j += lanes) store(to + j, load(to + j) + load(from + j));
    }
  }

  /// Adds what a block gathered by distance to the table's gradient.
  void foldDiagonals(const Block &block) const {
    const int64_t reach = problem.call.biasReach;
    float *const atNoDistance =
        biasGradient - problem.call.biasDistances(problem.sight, keys.first, keys.count).lowest;
    for (int64_t i = block.rows - block.count; i < block.rows - 1 + block.seen; ++i)
      atNoDistance[clamped(block.lowestDistance + i, -reach, reach)] += memory.diagonals[i];
  }

  /// Adds a block's part to the gradients of the tile's keys and values; leaves that of its queries in memory.
  void add(const Block &block) const {
    const AttentionCall &call = problem.call;
    pack(block);
    fillDeltas(block);
    const int64_t distances = block.padded + block.rows - 1;
    if (call.isBiased())
      fillBiases(call, problem.head, block.lowestDistance, distances, memory.biases);
    if (biasGradient) __builtin_memset(memory.diagonals, 0, size_t(distances) * sizeof(float));
    for (int64_t row = 0; row < block.rows; row += panelRows) {
      computeScores(block, row);
      differentiate(block, row);
      if (biasGradient) addDiagonals(block, row);
      Operand<Unit> byKeys{memory.scoreGradients, keyTile / Kind::perUnit, 1};
      if constexpr (Kind::perUnit == 1)
        byKeys = {memory.scoreColumns + row * memory.stride, memory.stride, 1};
      multiply<Kind>(
          byKeys, memory.keysByKey + block.from / Kind::perUnit * shape.wide, shape.wide,
          memory.queryGradients + row * shape.columns, shape.columns,
          block.count - row < panelRows ? block.count - row : panelRows, shape.columns,
          (block.seen + Kind::perUnit - 1) / Kind::perUnit, false);
    }
    if (biasGradient) foldDiagonals(block);
    const int64_t along = (block.count + Kind::perUnit - 1) / Kind::perUnit;
    multiply<Kind>(
        {memory.probabilityColumns, 1, memory.stride}, memory.gradientsByQuery, shape.wide,
        memory.valueGradients + block.from * shape.columns, shape.columns, block.seen, shape.columns,
        along, true);
    multiply<Kind>(
        {memory.scoreColumns, 1, memory.stride}, memory.queriesByQuery, shape.wide,
        memory.keyGradients + block.from * shape.columns, shape.columns, block.seen, shape.columns,
        along, true);
  }

  /// Adds a block's query gradients to those of the tiles before; writes them when this is the last that it sees.
  void passQueryGradients(const Block &block) const {
    const AttentionCall &call = problem.call;
    const int64_t columns = shape.columns, last = block.first + block.count - 1;
    const int64_t turn = keys.first / keyTile - problem.sight.firstKey(block.first) / keyTile;
    const bool isLast = problem.sight.endKey(last) <= keys.first + keys.count;
    const int64_t number = call.turnOf(task.sequence, block.first, problem.head);
    if (turn > 0 && turns && !turns->await(number, int32_t(turn))) return;
    float *const own = memory.queryGradients;
    float *const sums = queryGradientSums + block.first * columns;
    for (int64_t i = 0; turn > 0 && i < block.count * columns; i += lanes)
      store(own + i, load(sums + i) + load(own + i));
    if (isLast) {
      writeRows<Value>(own, columns, block.count, shape.size, call.scale, [&](int64_t r) {
        return problem.queryRow(call.queryGradient, block.first + r);
      });
    } else {
      __builtin_memcpy(sums, own, size_t(block.count * columns) * sizeof(float));
      if (turns) turns->pass(number);
    }
  }
};

/// Keys and values of a tile in the forms that the products read; its gradients set to 0.
template <typename Value, typename Kind>
CTORCH_INLINE void packTile(
    const AttentionProblem<Value> &problem, const HeadShape<Kind> &shape,
    const BackwardMemory<Kind> &memory, const KeyRange &keys) {
  const int64_t size = shape.size, units = shape.units, count = keys.count;
  __builtin_memset(memory.keyGradients, 0, size_t(count * shape.columns) * sizeof(float));
  __builtin_memset(memory.valueGradients, 0, size_t(count * shape.columns) * sizeof(float));
  packRows(count, size, memory.packed, units, [&](int64_t j) {
    return problem.keyRow(problem.call.value, keys.first + j);
  });
  transpose(memory.packed, units, count, units, memory.valuesByDepth, memory.stride);
  auto *const keyRows = Kind::perUnit == 2 ? memory.packed : memory.keysByKey;
  packRows(count, size, keyRows, units, [&](int64_t j) {
    return problem.keyRow(problem.call.key, keys.first + j);
  });
  transpose(keyRows, units, count, units, memory.keysByDepth, memory.stride);
  if constexpr (Kind::perUnit == 2)
    interleaveRows(keyRows, units, count, units, memory.keysByKey, shape.wide);
}

/// All query heads' sides of a tile, and the gradients of its keys and values. `biasGradients`: the tile's part of the
/// table's gradient [heads, distances], or null.
template <typename Value, typename Kind>
void differentiateTile(
    const AttentionCall &call, const AttentionTask &task, const HeadShape<Kind> &shape,
    const BackwardMemory<Kind> &memory, const KeyRange &keys, float *biasGradients) {
  const int64_t groups = call.heads / call.keyHeads;
  const AttentionProblem<Value> problem(call, task.sequence, task.head * groups);
  const Sight &sight = problem.sight;
  const int64_t distances = call.biasDistances(sight, keys.first, keys.count).count;
  packTile(problem, shape, memory, keys);
  const int64_t firstBlock = sight.firstQuery(keys.first) / queryBlock * queryBlock;
  const int64_t endQuery = sight.endQuery(keys.first + keys.count - 1);
  for (int64_t g = 0; g < groups; ++g) {
    const int64_t head = problem.head + g;
    float *const biasGradient = biasGradients ? biasGradients + head * distances : nullptr;
    if (biasGradient) __builtin_memset(biasGradient, 0, size_t(distances) * sizeof(float));
    const bool shared = task.count < sight.keys;
    float *const sums =
        shared ? call.queryGradientSums + (head * call.tokens + problem.queryStart) * shape.columns
               : memory.queryGradientSums + g * sight.queries * shape.columns;
    const TileProblem<Value, Kind> tile{
        AttentionProblem<Value>(call, task.sequence, head), shape, memory, task, keys, sums,
        shared ? call.turns : nullptr, biasGradient};
    // From the end: with a causal sight all tiles begin with the same block then, and none waits for long.
    for (int64_t first = (endQuery - 1) / queryBlock * queryBlock; endQuery > 0 && first >= firstBlock;
         first -= queryBlock) {
      const auto block = tile.block(first);
      tile.add(block);
      tile.passQueryGradients(block);
    }
  }
  writeRows<Value>(memory.valueGradients, shape.columns, keys.count, shape.size, 1, [&](int64_t j) {
    return problem.keyRow(call.valueGradient, keys.first + j);
  });
  writeRows<Value>(
      memory.keyGradients, shape.columns, keys.count, shape.size, call.scale,
      [&](int64_t j) { return problem.keyRow(call.keyGradient, keys.first + j); });
}

template <typename Value, typename Kind>
void attentionBackward(const AttentionCall &call, const AttentionTask &task) {
  const HeadShape<Kind> shape(call.size);
  const Sight sight = call.sight(task.sequence);
  const int64_t summed = task.count > keyTile ? call.heads / call.keyHeads * sight.queries : 0;
  const BackwardMemory<Kind> memory(shape, task.count < keyTile ? task.count : keyTile, summed);
  float *biasGradients = call.biasGradients ? call.biasGradients + task.biasGradients : nullptr;
  const int64_t end = task.first + task.count;
  for (int64_t first = task.first; first < end; first += keyTile) {
    const KeyRange keys{first, end - first < keyTile ? end - first : keyTile};
    differentiateTile<Value>(call, task, shape, memory, keys, biasGradients);
    if (biasGradients)
      biasGradients += call.heads * call.biasDistances(sight, keys.first, keys.count).count;
  }
}
