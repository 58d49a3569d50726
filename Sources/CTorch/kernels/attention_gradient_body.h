// The backward pass of attention; included after `attention_body.h`, by the `isa_*.cpp` files alone.

/// What the backward pass of one panel works on.
template <typename Unit>
struct BackwardPanel {
  const float *scores, *probabilityGradients;  // [8, keyTile]
  const float *logSumExp, *delta;              // [8]
  Unit *scoreGradients;                        // [8, keyTile / perUnit], by keys
  Unit *probabilityColumns, *scoreColumns;     // of the block, by queries
  int64_t columnStride, blockRow, padded;
};

/// P = exp2(scores - logSumExp); the scores' gradient is P * (P's gradient - delta).
template <bool dropout, typename Unit>
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

/// The sum over the head of output times its gradient, of every query of a problem.
template <typename Value>
CTORCH_INLINE void fillDelta(const AttentionProblem<Value> &problem, float *delta) {
  const AttentionCall &call = problem.call;
  for (int64_t i = 0; i < problem.queries; ++i) {
    const Value *output = problem.queryRow(call.output, i);
    const Value *gradient = problem.queryRow(call.outputGradient, i);
    Floats total{};
    for (int64_t d = 0; d < call.size; d += lanes)
      total = multiplyAdd(load(output + d, call.size - d), load(gradient + d, call.size - d), total);
    delta[i] = sum(total);
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

template <typename Value, typename Kind>
void attentionBackward(const AttentionCall &call, const AttentionTask &task) {
  using Unit = typename Kind::Unit;
  constexpr bool pairs = Kind::perUnit == 2;
  const int64_t groups = call.heads / call.keyHeads;
  const AttentionProblem<Value> shape(call, task.sequence, task.head * groups, task.head);
  const int64_t size = call.size, columns = roundUp(size, lanes);
  const int64_t depth = (size + Kind::perUnit - 1) / Kind::perUnit;
  const int64_t units = roundUp(depth, lanes), wide = units * Kind::perUnit;
  const int64_t tile = roundUp(shape.keys < keyTile ? shape.keys : keyTile, lanes);
  const bool dropout = call.mask.removesAny();

  Scratch &scratch = Scratch::ofThread(
      size_t(4) * (2 * tile * columns + groups * shape.queries * (columns + 1) + columns +
                   tile * units + 2 * units * tile + tile * wide + 4 * queryBlock * wide +
                   3 * panelRows * keyTile + 2 * queryBlock * tile) + 8192);
  float *const keyGradients = scratch.take<float>(tile * columns);
  float *const valueGradients = scratch.take<float>(tile * columns);
  float *const queryGradients = scratch.take<float>(groups * shape.queries * columns);
  float *const deltas = scratch.take<float>(groups * shape.queries);
  Unit *const packed = scratch.take<Unit>(tile * units);
  Unit *const keysByDepth = scratch.take<Unit>(units * tile);
  Unit *const valuesByDepth = scratch.take<Unit>(units * tile);
  Unit *const keysByKey = scratch.take<Unit>(tile / Kind::perUnit * wide);
  Unit *const queryRowsPacked = scratch.take<Unit>(queryBlock * units);
  Unit *const gradientRowsPacked = scratch.take<Unit>(queryBlock * units);
  Unit *const queriesByQuery = pairs ? scratch.take<Unit>(queryBlock / 2 * wide) : queryRowsPacked;
  Unit *const gradientsByQuery =
      pairs ? scratch.take<Unit>(queryBlock / 2 * wide) : gradientRowsPacked;
  float *const scores = scratch.take<float>(panelRows * keyTile);
  float *const probabilityGradients = scratch.take<float>(panelRows * keyTile);
  Unit *const scoreGradients = scratch.take<Unit>(panelRows * keyTile / Kind::perUnit);
  Unit *const probabilityColumns = scratch.take<Unit>(queryBlock / Kind::perUnit * tile);
  Unit *const scoreColumns = scratch.take<Unit>(queryBlock / Kind::perUnit * tile);

  for (int64_t g = 0; g < groups; ++g) {
    const AttentionProblem<Value> problem(call, task.sequence, task.head * groups + g, task.head);
    fillDelta(problem, deltas + g * shape.queries);
  }
  __builtin_memset(queryGradients, 0, size_t(groups * shape.queries * columns) * sizeof(float));

  for (int64_t firstKey = 0; firstKey < shape.keys; firstKey += keyTile) {
    const int64_t left = shape.keys - firstKey;
    const int64_t tileKeys = left < keyTile ? left : keyTile;
    __builtin_memset(keyGradients, 0, size_t(tileKeys * columns) * sizeof(float));
    __builtin_memset(valueGradients, 0, size_t(tileKeys * columns) * sizeof(float));
    packRows(tileKeys, size, packed, units, [&](int64_t j) {
      return shape.keyRow(call.value, firstKey + j);
    });
    transpose(packed, units, tileKeys, units, valuesByDepth, tile);
    Unit *const keyRows = pairs ? packed : keysByKey;
    packRows(tileKeys, size, keyRows, units, [&](int64_t j) {
      return shape.keyRow(call.key, firstKey + j);
    });
    transpose(keyRows, units, tileKeys, units, keysByDepth, tile);
    if constexpr (pairs) interleaveRows(keyRows, units, tileKeys, units, keysByKey, wide);

    for (int64_t g = 0; g < groups; ++g) {
      const AttentionProblem<Value> problem(call, task.sequence, task.head * groups + g, task.head);
      const float *const logSumExp =
          call.logSumExp + problem.head * call.tokens + problem.queryStart;
      for (int64_t block = 0; block < problem.queries; block += queryBlock) {
        const int64_t blockLeft = problem.queries - block;
        const int64_t blockQueries = blockLeft < queryBlock ? blockLeft : queryBlock;
        const int64_t seen = problem.visible(block + blockQueries - 1, firstKey, tileKeys);
        if (seen == 0) continue;
        const int64_t padded = roundUp(seen, lanes);
        const int64_t blockRows = roundUp(blockQueries, panelRows);
        packRows(blockRows, size, queryRowsPacked, units, [&](int64_t r) {
          return r < blockQueries ? problem.queryRow(call.query, block + r) : nullptr;
        });
        packRows(blockRows, size, gradientRowsPacked, units, [&](int64_t r) {
          return r < blockQueries ? problem.queryRow(call.outputGradient, block + r) : nullptr;
        });
        if constexpr (pairs) {
          interleaveRows(queryRowsPacked, units, blockRows, units, queriesByQuery, wide);
          interleaveRows(gradientRowsPacked, units, blockRows, units, gradientsByQuery, wide);
        }
        for (int64_t row = 0; row < blockRows; row += panelRows) {
          const int64_t first = block + row;
          multiply<Kind>(
              {queryRowsPacked + row * units, units, 1}, keysByDepth, tile, scores, keyTile,
              panelRows, padded, depth, false);
          multiply<Kind>(
              {gradientRowsPacked + row * units, units, 1}, valuesByDepth, tile,
              probabilityGradients, keyTile, panelRows, padded, depth, false);
          int64_t limits[panelRows];
          float panelLogSums[panelRows], panelDeltas[panelRows];
          for (int64_t r = 0; r < panelRows; ++r) {
            const bool real = first + r < problem.queries;
            limits[r] = problem.limit(first + r, firstKey, seen);
            panelLogSums[r] = real ? logSumExp[first + r] : infinity;
            panelDeltas[r] = real ? deltas[g * shape.queries + first + r] : 0;
          }
          scaleAndHide(scores, keyTile, padded, call.scale * log2OfE, limits);
          const BackwardPanel<Unit> panel{
              scores,     probabilityGradients, panelLogSums, panelDeltas, scoreGradients,
              probabilityColumns, scoreColumns,  tile,         row,         padded};
          if (dropout) {
            differentiatePanel<true>(
                panel, firstKey, first / panelRows, problem.queryStart, problem.head, call.mask);
          } else {
            differentiatePanel<false>(
                panel, firstKey, first / panelRows, problem.queryStart, problem.head, call.mask);
          }
          Operand<Unit> byKeys{scoreGradients, keyTile / Kind::perUnit, 1};
          if constexpr (!pairs) byKeys = {scoreColumns + row * tile, tile, 1};
          const int64_t rowsHere =
              problem.queries - first < panelRows ? problem.queries - first : panelRows;
          multiply<Kind>(
              byKeys, keysByKey, wide, queryGradients + (g * shape.queries + first) * columns,
              columns, rowsHere, columns, (seen + Kind::perUnit - 1) / Kind::perUnit, true);
        }
        const int64_t along = (blockQueries + Kind::perUnit - 1) / Kind::perUnit;
        multiply<Kind>(
            {probabilityColumns, 1, tile}, gradientsByQuery, wide, valueGradients, columns, seen,
            columns, along, true);
        multiply<Kind>(
            {scoreColumns, 1, tile}, queriesByQuery, wide, keyGradients, columns, seen, columns,
            along, true);
      }
    }
    writeRows<Value>(valueGradients, columns, tileKeys, size, 1, [&](int64_t j) {
      return shape.keyRow(call.valueGradient, firstKey + j);
    });
    writeRows<Value>(keyGradients, columns, tileKeys, size, call.scale, [&](int64_t j) {
      return shape.keyRow(call.keyGradient, firstKey + j);
    });
  }
  for (int64_t g = 0; g < groups; ++g) {
    const AttentionProblem<Value> problem(call, task.sequence, task.head * groups + g, task.head);
    writeRows<Value>(
        queryGradients + g * shape.queries * columns, columns, shape.queries, size, call.scale,
        [&](int64_t i) { return problem.queryRow(call.queryGradient, i); });
  }
}
