// What one attention hands to its kernels.
#pragma once

#include <cstdint>

#include "attention_turns.h"
#include "philox.h"

namespace ctorch {

/// Keys of a tile: what a backward task takes, and what a panel of queries meets at once. Tiles begin at multiples.
constexpr int64_t attentionKeyTile = 256;
/// Queries that a backward task packs at once. Blocks begin at multiples.
constexpr int64_t attentionQueryBlock = 64;

/// A tensor [tokens, heads, size] in memory; strides in elements, `size` is contiguous.
struct HeadsView {
  void *data = nullptr;
  int64_t tokenStride = 0;
  int64_t headStride = 0;
};

constexpr int64_t clamped(int64_t value, int64_t least, int64_t most) {
  return value < least ? least : value > most ? most : value;
}

/// Which keys the queries of one sequence see. Query i stands at the place of key i + `shift`, so that both end
/// together; it sees the keys from `before` places before its own to `after` places after it.
struct Sight {
  int64_t queries = 0, keys = 0, shift = 0, before = 0, after = 0;

  int64_t firstKey(int64_t query) const { return clamped(query + shift - before, 0, keys); }
  int64_t endKey(int64_t query) const { return clamped(query + shift + after + 1, 0, keys); }
  int64_t firstQuery(int64_t key) const { return clamped(key - shift - after, 0, queries); }
  int64_t endQuery(int64_t key) const { return clamped(key - shift + before + 1, 0, queries); }

  /// Whether some query sees no key. The first one is then among them: it sees the fewest after it.
  bool leavesQueriesBlind() const { return queries > 0 && (keys == 0 || shift + after < 0); }
};

/// Neighbouring distances (key's place less query's place).
struct Distances {
  int64_t lowest = 0, count = 0;
};

/// What every task of one attention shares.
struct AttentionCall {
  HeadsView query, key, value, output;
  // Backward only.
  HeadsView outputGradient, queryGradient, keyGradient, valueGradient;
  /// Of each query's scores, in base 2, [heads, tokens]; null when the backward pass will not need it.
  float *logSumExp = nullptr;
  const int32_t *queryStarts = nullptr, *keyStarts = nullptr;
  int64_t tokens = 0, heads = 0, keyHeads = 0, size = 0;
  float scale = 1;
  bool causal = false;
  /// The largest distance that is seen; negative when there is no limit.
  int64_t window = -1;
  /// Added to the scores by distance, [heads, 2 * biasReach + 1], the ends standing for all beyond; or null.
  const float *biasTable = nullptr;
  int64_t biasReach = 0;
  /// Subtracted from the scores, times the absolute distance, [heads]; or null.
  const float *slopes = nullptr;
  DropoutMask mask;

  // Backward, where a sequence's tiles of keys are several tasks: the queries' gradients [heads, tokens, size rounded
  // up to 16] while they add up, and whose turn it is to add.
  float *queryGradientSums = nullptr;
  AttentionTurns *turns = nullptr;
  /// Backward: the parts of the table's gradient that each sequence's tiles have, [heads, distances of the tile], tile
  /// after tile, sequence after sequence; null when they are not wanted.
  float *biasGradients = nullptr;

  bool isBiased() const { return biasTable || slopes; }

  /// The number, for `turns`, of a block of queries; there are `turnCount`.
  int64_t turnOf(int32_t sequence, int64_t firstQuery, int64_t head) const {
    const int64_t block = queryStarts[sequence] / attentionQueryBlock + sequence;
    return (block + firstQuery / attentionQueryBlock) * heads + head;
  }
  int64_t turnCount(int64_t sequences) const {
    return (tokens / attentionQueryBlock + sequences + 1) * heads;
  }

  Sight sight(int32_t sequence) const {
    constexpr int64_t unlimited = int64_t(1) << 40;
    const int64_t queries = queryStarts[sequence + 1] - queryStarts[sequence];
    const int64_t keys = keyStarts[sequence + 1] - keyStarts[sequence];
    const int64_t before = window < 0 ? unlimited : window;
    return {queries, keys, keys - queries, before, causal ? 0 : before};
  }

  /// The entries of the table that `count` keys from `firstKey` on meet over all queries of a sequence.
  Distances biasDistances(const Sight &sight, int64_t firstKey, int64_t count) const {
    if (sight.queries == 0) return {};
    const int64_t lowest = firstKey - (sight.queries - 1 + sight.shift);
    const int64_t highest = firstKey + count - 1 - sight.shift;
    const int64_t from = clamped(lowest, -biasReach, biasReach);
    return {from, clamped(highest, -biasReach, biasReach) - from + 1};
  }
};

/// Forward: `count` queries from `first` on, a multiple of 8, of `heads` query heads from `head` on, which share a key
/// head. Backward: `count` keys from `first` on, of key head `head` and all of its query heads; one tile, or all keys.
struct AttentionTask {
  int32_t sequence = 0, head = 0, heads = 1, first = 0, count = 0;
  /// Backward: where the parts of the table's gradient of its first tile begin.
  int64_t biasGradients = 0;
};

}  // namespace ctorch
