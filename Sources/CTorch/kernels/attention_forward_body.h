// The forward pass of attention; included after `attention_body.h`, by the `isa_*.cpp` files alone.

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

/// Neighbouring keys that a forward task has packed: those of one tile that its queries see.
struct KeySpan {
  int64_t tile, first, count;
};

/// Working memory of a forward task.
template <typename Kind>
struct ForwardMemory {
  using Unit = typename Kind::Unit;
  /// Length of a row of keys by depth, and rows of queries a head.
  int64_t stride, rows;
  Unit *packed, *keysByDepth, *valuesByKey, *panelQueries, *probabilities;
  float *scores, *biases, *outputs, *maxima, *sums;

  ForwardMemory(const HeadShape<Kind> &shape, int64_t keys, const AttentionTask &task)
      : stride(roundUp(keys < keyTile ? keys : keyTile, lanes)), rows(roundUp(task.count, panelRows)) {
    const int64_t all = rows * task.heads;
    Scratch &scratch = Scratch::ofThread(
        size_t(4) * (2 * shape.units * stride + stride * shape.wide +
                     panelRows * (shape.units + 2 * keyTile) + stride + rows +
                     all * (shape.columns + 2)) +
        4096);
    packed = scratch.take<Unit>(stride * shape.units);
    keysByDepth = scratch.take<Unit>(shape.units * stride);
    valuesByKey = scratch.take<Unit>(stride / Kind::perUnit * shape.wide);
    panelQueries = scratch.take<Unit>(panelRows * shape.units);
    scores = scratch.take<float>(panelRows * keyTile);
    probabilities = scratch.take<Unit>(panelRows * keyTile / Kind::perUnit);
    biases = scratch.take<float>(stride + rows);
    outputs = scratch.take<float>(all * shape.columns);
    maxima = scratch.take<float>(all);
    sums = scratch.take<float>(all);
    for (int64_t r = 0; r < all; ++r) maxima[r] = -infinity, sums[r] = 0;
  }
};

/// The keys by depth and the values by key of a span.
template <typename Value, typename Kind>
CTORCH_INLINE void packSpan(
    const AttentionProblem<Value> &problem, const HeadShape<Kind> &shape,
    const ForwardMemory<Kind> &memory, const KeySpan &span) {
  const int64_t size = shape.size, units = shape.units;
  packRows(span.count, size, memory.packed, units, [&](int64_t j) {
    return problem.keyRow(problem.call.key, span.first + j);
  });
  transpose(memory.packed, units, span.count, units, memory.keysByDepth, memory.stride);
  auto *const values = Kind::perUnit == 1 ? memory.valuesByKey : memory.packed;
  packRows(span.count, size, values, units, [&](int64_t j) {
    return problem.keyRow(problem.call.value, span.first + j);
  });
  if constexpr (Kind::perUnit == 2)
    interleaveRows(values, units, span.count, units, memory.valuesByKey, shape.wide);
}

/// Adds what eight queries from `first` on take from a span. `row`: theirs among all rows of the task's memory.
template <typename Value, typename Kind>
CTORCH_INLINE void forwardPanel(
    const AttentionProblem<Value> &problem, const HeadShape<Kind> &shape,
    const ForwardMemory<Kind> &memory, const KeySpan &span, int64_t first, int64_t last, int64_t row,
    const float *biases) {
  const AttentionCall &call = problem.call;
  const Sight &sight = problem.sight;
  const int64_t begin = clamped(sight.firstKey(first) - span.first, 0, span.count);
  const int64_t end = clamped(sight.endKey(last) - span.first, 0, span.count);
  if (begin >= end) return;
  const int64_t from = begin / lanes * lanes, seen = end - from, padded = roundUp(seen, lanes);

  packRows(panelRows, shape.size, memory.panelQueries, shape.units, [&](int64_t r) {
    return first + r <= last ? problem.queryRow(call.query, first + r) : nullptr;
  });
  multiply<Kind>(
      {memory.panelQueries, shape.units, 1}, memory.keysByDepth + from, memory.stride, memory.scores,
      keyTile, panelRows, padded, shape.depth, false);
  const PanelLimits limits(sight, first, span.first + from, seen);
  if (biases) {
    scaleAndHide<true>(memory.scores, padded, call.scale * log2OfE, limits, biases + from);
  } else {
    scaleAndHide<false>(memory.scores, padded, call.scale * log2OfE, limits, nullptr);
  }

  float rescaling[panelRows];
  constexpr int64_t probabilityStride = keyTile / Kind::perUnit;
  if (call.mask.removesAny()) {
    softmaxPanel<true>(
        memory.scores, padded, memory.probabilities, probabilityStride, memory.maxima + row,
        memory.sums + row, rescaling, span.first + from, first / panelRows, problem.queryStart,
        problem.head, call.mask);
  } else {
    softmaxPanel<false>(
        memory.scores, padded, memory.probabilities, probabilityStride, memory.maxima + row,
        memory.sums + row, rescaling, span.first + from, first / panelRows, problem.queryStart,
        problem.head, call.mask);
  }
  float *const outputs = memory.outputs + row * shape.columns;
  const bool seenBefore = sight.firstKey(first) < span.tile;
  if (seenBefore) {
    for (int64_t r = 0; r < panelRows; ++r)
      for (int64_t d = 0; d < shape.columns; d += lanes)
        store(outputs + r * shape.columns + d, load(outputs + r * shape.columns + d) * rescaling[r]);
  }
  multiply<Kind>(
      {memory.probabilities, probabilityStride, 1},
      memory.valuesByKey + from / Kind::perUnit * shape.wide, shape.wide, outputs, shape.columns,
      panelRows, shape.columns, (seen + Kind::perUnit - 1) / Kind::perUnit, seenBefore);
}

/// Divides a head's outputs by their sums of probabilities and writes them.
template <typename Value, typename Kind>
CTORCH_INLINE void writeOutputs(
    const AttentionProblem<Value> &problem, const HeadShape<Kind> &shape,
    const ForwardMemory<Kind> &memory, const AttentionTask &task, int64_t firstRow) {
  const AttentionCall &call = problem.call;
  const float keptFactor = call.mask.removesAny() ? call.mask.keptFactor : 1;
  for (int64_t r = 0; r < task.count; ++r) {
    const int64_t i = task.first + r;
    const float total = memory.sums[firstRow + r], factor = keptFactor / total;
    const float *const from = memory.outputs + (firstRow + r) * shape.columns;
    Value *const to = problem.queryRow(call.output, i);
    for (int64_t d = 0; d < shape.size; d += lanes)
      store(to + d, total == 0 ? Floats{} : load(from + d) * factor, shape.size - d);
    if (call.logSumExp)
      call.logSumExp[problem.head * call.tokens + problem.queryStart + i] =
          total == 0 ? infinity : memory.maxima[firstRow + r] + __builtin_log2f(total);
  }
}

template <typename Value, typename Kind>
void attentionForward(const AttentionCall &call, const AttentionTask &task) {
  const HeadShape<Kind> shape(call.size);
  const Sight sight = call.sight(task.sequence);
  const ForwardMemory<Kind> memory(shape, sight.keys, task);
  const int64_t rows = memory.rows, last = task.first + task.count - 1;
  const int64_t firstKey = sight.firstKey(task.first) / lanes * lanes, endKey = sight.endKey(last);
  for (int64_t tile = firstKey / keyTile * keyTile; tile < endKey; tile += keyTile) {
    const int64_t first = tile < firstKey ? firstKey : tile;
    const int64_t end = tile + keyTile < endKey ? tile + keyTile : endKey;
    const KeySpan span{tile, first, end - first};
    packSpan(AttentionProblem<Value>(call, task.sequence, task.head), shape, memory, span);
    for (int64_t head = 0; head < task.heads; ++head) {
      const AttentionProblem<Value> problem(call, task.sequence, task.head + head);
      if (call.isBiased())
        fillBiases(
            call, problem.head, first - (task.first + rows - 1 + sight.shift),
            roundUp(span.count, lanes) + rows - 1, memory.biases);
      for (int64_t row = 0; row < rows; row += panelRows) {
        const int64_t query = task.first + row;
        forwardPanel(
            problem, shape, memory, span, query,
            query + panelRows - 1 < last ? query + panelRows - 1 : last, head * rows + row,
            call.isBiased() ? memory.biases + rows - panelRows - row : nullptr);
      }
    }
  }
  for (int64_t head = 0; head < task.heads; ++head) {
    const AttentionProblem<Value> problem(call, task.sequence, task.head + head);
    writeOutputs(problem, shape, memory, task, head * rows);
  }
}
