// Attention over one sequence, in tiles: what both passes share, and the forward pass; included by the `isa_*.cpp`
// files alone.
//
// Queries go in panels of eight rows, which are also what one dropout counter decides about; keys go in tiles. The
// scores of a panel stay in the first cache. Exponentials are in base 2; `logSumExp` is too.

constexpr int64_t panelRows = 8;
constexpr int64_t keyTile = 256;
constexpr int64_t queryBlock = 64;
constexpr float log2OfE = 1.4426950408889634f;
constexpr float infinity = __builtin_inff();

/// One sequence's share of a call, for one query head.
template <typename Value>
struct AttentionProblem {
  const AttentionCall &call;
  int64_t queryStart, queries, keyStart, keys, head, keyHead;
  /// Query i sees the keys below i + `reach`.
  int64_t reach;

  AttentionProblem(const AttentionCall &call, int32_t sequence, int64_t head, int64_t keyHead)
      : call(call),
        queryStart(call.queryStarts[sequence]),
        queries(call.queryStarts[sequence + 1] - call.queryStarts[sequence]),
        keyStart(call.keyStarts[sequence]),
        keys(call.keyStarts[sequence + 1] - call.keyStarts[sequence]),
        head(head),
        keyHead(keyHead) {
    reach = call.causal ? keys - queries + 1 : keys;
  }

  Value *row(const HeadsView &view, int64_t token, int64_t of) const {
    return static_cast<Value *>(view.data) + token * view.tokenStride + of * view.headStride;
  }
  Value *queryRow(const HeadsView &view, int64_t i) const { return row(view, queryStart + i, head); }
  Value *keyRow(const HeadsView &view, int64_t j) const { return row(view, keyStart + j, keyHead); }

  /// How many keys of a tile the queries up to `last` see.
  int64_t visible(int64_t last, int64_t firstKey, int64_t tileKeys) const {
    if (!call.causal) return tileKeys;
    const int64_t seen = last + reach - firstKey;
    return seen < 0 ? 0 : seen < tileKeys ? seen : tileKeys;
  }

  /// The first hidden lane of query `i` in a tile.
  int64_t limit(int64_t i, int64_t firstKey, int64_t tileKeys) const {
    if (i >= queries) return tileKeys;
    return visible(i, firstKey, tileKeys);
  }
};

/// Packs `count` rows; `at(i)` tells where row i lies, null for a row of zeros.
template <typename Unit, typename At>
CTORCH_INLINE void packRows(int64_t count, int64_t size, Unit *to, int64_t units, const At &at) {
  for (int64_t i = 0; i < count; ++i) {
    const auto *from = at(i);
    if (from) {
      packRow(from, size, to + i * units, units);
    } else {
      __builtin_memset(to + i * units, 0, size_t(units) * sizeof(Unit));
    }
  }
}

/// Sets the scores of lanes at or past each row's limit to minus infinity; scales the others.
CTORCH_INLINE void scaleAndHide(
    float *scores, int64_t stride, int64_t padded, float factor, const int64_t (&limits)[panelRows]) {
  int64_t open = padded;
  for (int64_t r = 0; r < panelRows; ++r) open = limits[r] < open ? limits[r] : open;
  open = open / lanes * lanes;
  for (int64_t r = 0; r < panelRows; ++r) {
    float *row = scores + r * stride;
    for (int64_t j = 0; j < open; j += lanes) store(row + j, load(row + j) * factor);
    for (int64_t j = open; j < padded; j += lanes) {
      const Ints lane = (Ints)(laneNumbers() + uint32_t(j));
      store(
          row + j,
          choose(lane < int32_t(limits[r]), load(row + j) * factor, broadcast(-infinity)));
    }
  }
}

CTORCH_INLINE Decisions decideScores(
    int64_t key, int64_t panel, int64_t firstQuery, int64_t head, const DropoutMask &mask) {
  return decide(
      laneNumbers() + uint32_t(key), broadcastWord(uint32_t(panel)),
      broadcastWord(uint32_t(firstQuery)), broadcastWord(mask.tweak + uint32_t(head)), mask);
}

CTORCH_INLINE void storeProbabilities(float *row, int64_t j, Floats values) { store(row + j, values); }
CTORCH_INLINE void storeProbabilities(uint32_t *row, int64_t j, Floats values) {
  storeAs(row + j / 2, narrowed(values));
}

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

/// Makes probabilities, not yet divided by their sum, of a panel's scaled scores; keeps the running maximum and sum.
template <bool dropout, typename Unit>
CTORCH_INLINE void softmaxPanel(
    const float *scores, int64_t padded, Unit *probabilities, int64_t probabilityStride,
    float *maxima, float *sums, float *rescaling, int64_t firstKey, int64_t panel,
    int64_t firstQuery, int64_t head, const DropoutMask &mask) {
  Floats tops[panelRows], totals[panelRows];
  for (int r = 0; r < panelRows; ++r) {
    Floats top = load(scores + r * keyTile);
    for (int64_t j = lanes; j < padded; j += lanes) top = larger(top, load(scores + r * keyTile + j));
    const float before = maxima[r], after = __builtin_fmaxf(before, largest(top));
    // A row that has seen no key yet keeps -inf; any finite maximum then makes its exponentials 0.
    const float used = after == -infinity ? 0 : after;
    maxima[r] = after;
    rescaling[r] = before == -infinity ? 0 : exp2(broadcast(before - used))[0];
    tops[r] = broadcast(used);
    totals[r] = Floats{};
  }
  for (int64_t j = 0; j < padded; j += lanes) {
    Decisions decisions;
    if constexpr (dropout) decisions = decideScores(firstKey + j, panel, firstQuery, head, mask);
    for (int r = 0; r < panelRows; ++r) {
      Floats p = exp2(load(scores + r * keyTile + j) - tops[r]);
      totals[r] += p;
      if constexpr (dropout) p = choose(kept(decisions, r, mask.threshold), p, Floats{});
      storeProbabilities(probabilities + r * probabilityStride, j, p);
    }
  }
  for (int r = 0; r < panelRows; ++r) sums[r] = sums[r] * rescaling[r] + sum(totals[r]);
}

template <typename Value, typename Kind>
void attentionForward(const AttentionCall &call, const AttentionTask &task) {
  using Unit = typename Kind::Unit;
  const AttentionProblem<Value> problem(
      call, task.sequence, task.head, task.head / (call.heads / call.keyHeads));
  const int64_t size = call.size, columns = roundUp(size, lanes);
  const int64_t depth = (size + Kind::perUnit - 1) / Kind::perUnit;
  const int64_t units = roundUp(depth, lanes);         // of a packed row
  const int64_t valueUnits = units * Kind::perUnit;    // of a row of values, by keys
  const int64_t tile = roundUp(problem.keys < keyTile ? problem.keys : keyTile, lanes);
  const int64_t rows = roundUp(task.queries, panelRows);
  const bool dropout = call.mask.removesAny();

  Scratch &scratch = Scratch::ofThread(
      size_t(4) * (2 * units * tile + tile * valueUnits + panelRows * (units + 2 * keyTile) +
                   rows * (columns + 2)) + 4096);
  Unit *const packed = scratch.take<Unit>(tile * units);
  Unit *const keysByDepth = scratch.take<Unit>(units * tile);
  Unit *const valuesByKey = scratch.take<Unit>((tile / Kind::perUnit) * valueUnits);
  Unit *const panelQueries = scratch.take<Unit>(panelRows * units);
  float *const scores = scratch.take<float>(panelRows * keyTile);
  Unit *const probabilities = scratch.take<Unit>(panelRows * keyTile / Kind::perUnit);
  float *const outputs = scratch.take<float>(rows * columns);
  float *const maxima = scratch.take<float>(rows);
  float *const sums = scratch.take<float>(rows);
  for (int64_t r = 0; r < rows; ++r) maxima[r] = -infinity, sums[r] = 0;

  const int64_t lastQuery = task.firstQuery + task.queries - 1;
  for (int64_t firstKey = 0; firstKey < problem.keys; firstKey += keyTile) {
    const int64_t left = problem.keys - firstKey;
    const int64_t tileKeys = problem.visible(lastQuery, firstKey, left < keyTile ? left : keyTile);
    if (tileKeys == 0) break;
    packRows(tileKeys, size, packed, units, [&](int64_t j) {
      return problem.keyRow(call.key, firstKey + j);
    });
    transpose(packed, units, tileKeys, units, keysByDepth, tile);
    if constexpr (Kind::perUnit == 1) {
      packRows(tileKeys, size, valuesByKey, units, [&](int64_t j) {
        return problem.keyRow(call.value, firstKey + j);
      });
    } else {
      packRows(tileKeys, size, packed, units, [&](int64_t j) {
        return problem.keyRow(call.value, firstKey + j);
      });
      interleaveRows(packed, units, tileKeys, units, valuesByKey, valueUnits);
    }

    for (int64_t row = 0; row < rows; row += panelRows) {
      const int64_t first = task.firstQuery + row;
      const int64_t last = first + panelRows - 1 < lastQuery ? first + panelRows - 1 : lastQuery;
      const int64_t seen = problem.visible(last, firstKey, tileKeys);
      if (seen == 0) continue;
      const int64_t padded = roundUp(seen, lanes);
      packRows(panelRows, size, panelQueries, units, [&](int64_t r) {
        return first + r <= last ? problem.queryRow(call.query, first + r) : nullptr;
      });
      multiply<Kind>(
          {panelQueries, units, 1}, keysByDepth, tile, scores, keyTile, panelRows, padded, depth, false);
      int64_t limits[panelRows];
      for (int64_t r = 0; r < panelRows; ++r) limits[r] = problem.limit(first + r, firstKey, seen);
      scaleAndHide(scores, keyTile, padded, call.scale * log2OfE, limits);

      float rescaling[panelRows];
      const int64_t probabilityStride = keyTile / Kind::perUnit;
      if (dropout) {
        softmaxPanel<true>(
            scores, padded, probabilities, probabilityStride, maxima + row, sums + row, rescaling,
            firstKey, first / panelRows, problem.queryStart, task.head, call.mask);
      } else {
        softmaxPanel<false>(
            scores, padded, probabilities, probabilityStride, maxima + row, sums + row, rescaling,
            firstKey, first / panelRows, problem.queryStart, task.head, call.mask);
      }
      float *const panelOutputs = outputs + row * columns;
      if (firstKey > 0) {
        for (int64_t r = 0; r < panelRows; ++r)
          for (int64_t d = 0; d < columns; d += lanes)
            store(panelOutputs + r * columns + d, load(panelOutputs + r * columns + d) * rescaling[r]);
      }
      multiply<Kind>(
          {probabilities, probabilityStride, 1}, valuesByKey, valueUnits, panelOutputs, columns,
          panelRows, columns, (seen + Kind::perUnit - 1) / Kind::perUnit, firstKey > 0);
    }
  }

  const float keptFactor = dropout ? call.mask.keptFactor : 1;
  for (int64_t r = 0; r < task.queries; ++r) {
    const int64_t i = task.firstQuery + r;
    Value *const to = problem.queryRow(call.output, i);
    if (sums[r] == 0) {
      for (int64_t d = 0; d < size; d += lanes) store(to + d, Floats{}, size - d);
    } else {
      const float factor = keptFactor / sums[r];
      for (int64_t d = 0; d < size; d += lanes)
        store(to + d, load(outputs + r * columns + d) * factor, size - d);
    }
    if (call.logSumExp)
      call.logSumExp[task.head * call.tokens + problem.queryStart + i] =
          sums[r] == 0 ? infinity : maxima[r] + __builtin_log2f(sums[r]);
  }
}
