// Attention over one sequence, in tiles: what both passes share; included by the `isa_*.cpp` files alone.
//
// Queries go in panels of eight rows, which are also what one dropout counter decides about; keys go in tiles. The
// scores of a panel stay in the first cache. Exponentials are in base 2; `logSumExp` is too.

constexpr int64_t panelRows = 8;
constexpr int64_t keyTile = attentionKeyTile;
constexpr float log2OfE = 1.4426950408889634f;
constexpr float infinity = __builtin_inff();

/// One sequence's share of a call, for one query head.
template <typename Value>
struct AttentionProblem {
  const AttentionCall &call;
  Sight sight;
  int64_t queryStart, keyStart, head, keyHead;

  AttentionProblem(const AttentionCall &call, int32_t sequence, int64_t head)
      : call(call),
        sight(call.sight(sequence)),
        queryStart(call.queryStarts[sequence]),
        keyStart(call.keyStarts[sequence]),
        head(head),
        keyHead(head / (call.heads / call.keyHeads)) {}

  Value *row(const HeadsView &view, int64_t token, int64_t of) const {
    return static_cast<Value *>(view.data) + token * view.tokenStride + of * view.headStride;
  }
  Value *queryRow(const HeadsView &view, int64_t i) const { return row(view, queryStart + i, head); }
  Value *keyRow(const HeadsView &view, int64_t j) const { return row(view, keyStart + j, keyHead); }
};

/// Lengths of a head's packed rows.
template <typename Kind>
struct HeadShape {
  /// `columns`: elements, rounded up to vectors. `depth`: units of a product's depth. `units`: of a packed row.
  /// `wide`: units of a row whose neighbour along the depth is interleaved with it.
  int64_t size, columns, depth, units, wide;

  explicit HeadShape(int64_t size)
      : size(size),
        columns(roundUp(size, lanes)),
        depth((size + Kind::perUnit - 1) / Kind::perUnit),
        units(roundUp(depth, lanes)),
        wide(units * Kind::perUnit) {}
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

/// The lanes that each row of a panel sees.
struct PanelLimits {
  int64_t first[panelRows], end[panelRows];

  /// Of the queries from `query` on and `width` keys from `key` on; rows after the sequence's last see all.
  PanelLimits(const Sight &sight, int64_t query, int64_t key, int64_t width) {
    const int64_t left = sight.queries - query, last = query + (left < panelRows ? left : panelRows) - 1;
    if (sight.firstKey(last) <= key && sight.endKey(query) >= key + width) {
      for (int64_t r = 0; r < panelRows; ++r) first[r] = 0, end[r] = width;
      return;
    }
    for (int64_t r = 0; r < panelRows; ++r) {
      const bool real = query + r < sight.queries;
      first[r] = real ? clamped(sight.firstKey(query + r) - key, 0, width) : 0;
      end[r] = real ? clamped(sight.endKey(query + r) - key, 0, width) : width;
    }
  }
};

/// Scales scores, adds their biases, and sets those of lanes that a row does not see to minus infinity.
/// `biases`: by distance, where lane j of row r has number j + 7 - r; null without.
template <bool biased>
CTORCH_INLINE void scaleAndHide(
    float *scores, int64_t padded, float factor, const PanelLimits &limits, const float *biases) {
  int64_t begin = 0, open = padded;
  for (int64_t r = 0; r < panelRows; ++r) {
    begin = limits.first[r] > begin ? limits.first[r] : begin;
    open = limits.end[r] < open ? limits.end[r] : open;
  }
  begin = roundUp(begin, lanes);
  open = open / lanes * lanes;
  if (open < begin) open = begin;
  for (int64_t r = 0; r < panelRows; ++r) {
    float *const row = scores + r * keyTile;
    const auto scaled = [&](int64_t j) __attribute__((always_inline)) {
      if constexpr (biased)
        return multiplyAdd(load(row + j), broadcast(factor), load(biases + j + panelRows - 1 - r));
      return load(row + j) * factor;
    };
    const auto hide = [&](int64_t j) __attribute__((always_inline)) {
      const Ints lane = (Ints)(laneNumbers() + uint32_t(j));
      const Ints seen = (lane >= int32_t(limits.first[r])) & (lane < int32_t(limits.end[r]));
      store(row + j, choose(seen, scaled(j), broadcast(-infinity)));
    };
    for (int64_t j = 0; j < begin; j += lanes) hide(j);
    for (int64_t j = begin; j < open; j += lanes) store(row + j, scaled(j));
    for (int64_t j = open; j < padded; j += lanes) hide(j);
  }
}

/// What is added to the scores of one head, in base 2, at `count` neighbouring distances from `lowest` on.
inline void fillBiases(
    const AttentionCall &call, int64_t head, int64_t lowest, int64_t count, float *biases) {
  if (call.slopes) {
    const float slope = call.slopes[head] * log2OfE;
    for (int64_t i = 0; i < count; ++i) {
      const int64_t distance = lowest + i;
      biases[i] = slope * float(distance < 0 ? distance : -distance);
    }
    return;
  }
  const int64_t reach = call.biasReach;
  const float *const atNoDistance = call.biasTable + head * (2 * reach + 1) + reach;
  for (int64_t i = 0; i < count; ++i)
    biases[i] = atNoDistance[clamped(lowest + i, -reach, reach)] * log2OfE;
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
