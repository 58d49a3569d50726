#include "attention_passes.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "fused.h"
#include "parallel.h"

namespace ctorch::fused {

namespace {

/// Queries that a forward task takes at most, over all its heads: keys are packed once for all of them.
constexpr int64_t queriesOfTask = 256;
/// Fewer tasks than so many a thread are cut shorter. A query's result does not depend on the cut.
constexpr int64_t tasksOfThread = 8;

HeadsView view(const at::Tensor &tensor) {
  return {tensor.mutable_data_ptr(), tensor.stride(0), tensor.stride(1)};
}

AttentionCall makeCall(const AttentionInputs &inputs, const AttentionOptions &options) {
  AttentionCall call;
  call.query = view(inputs.query);
  call.key = view(inputs.key);
  call.value = view(inputs.value);
  call.queryStarts = inputs.queryBoundaries.const_data_ptr<int32_t>();
  call.keyStarts = inputs.keyBoundaries.const_data_ptr<int32_t>();
  call.tokens = inputs.query.size(0);
  call.heads = inputs.query.size(1);
  call.keyHeads = inputs.key.size(1);
  call.size = inputs.query.size(2);
  call.scale = float(options.scale);
  call.causal = options.causal;
  call.window = options.window;
  call.biasTable = floats(options.biasTable);
  if (call.biasTable) call.biasReach = options.biasTable.size(1) / 2;
  call.slopes = floats(options.slopes);
  call.mask = DropoutMask(options.dropout);
  return call;
}

/// A piece of a sequence, for every head.
struct Piece {
  int32_t sequence, first, count;
  /// Scores of one head.
  int64_t scores;
  /// Backward: where its parts of the table's gradient begin.
  int64_t biasGradients = 0;
};

Piece piece(int64_t sequence, int64_t first, int64_t count, int64_t others) {
  return {int32_t(sequence), int32_t(first), int32_t(count), count * std::max<int64_t>(others, 1)};
}

/// Those with most work first: the threads then finish together. The order depends on the lengths alone.
void sortByWork(std::vector<Piece> &pieces) {
  std::stable_sort(pieces.begin(), pieces.end(), [](const Piece &a, const Piece &b) {
    return a.scores > b.scores;
  });
}

/// About how many multiplications by vectors the pieces take.
int64_t work(const AttentionCall &call, const std::vector<Piece> &pieces) {
  int64_t scores = 0;
  for (const Piece &piece : pieces) scores += piece.scores;
  return scores * call.heads * std::max<int64_t>(1, call.size / 16);
}

/// Every sequence's queries, at most `most` to a piece.
std::vector<Piece> queryPieces(const AttentionCall &call, int64_t sequences, int64_t most) {
  std::vector<Piece> pieces;
  for (int64_t sequence = 0; sequence < sequences; ++sequence) {
    const Sight sight = call.sight(int32_t(sequence));
    for (int64_t first = 0; first < sight.queries; first += most) {
      const int64_t count = std::min(most, sight.queries - first);
      const int64_t keys = sight.endKey(first + count - 1) - sight.firstKey(first);
      pieces.push_back(piece(sequence, first, count, keys));
    }
  }
  return pieces;
}

/// Every sequence's tiles of keys in their order, and how long their parts of the table's gradient are in all.
std::vector<Piece> keyTiles(const AttentionCall &call, int64_t sequences, int64_t &parts) {
  std::vector<Piece> tiles;
  parts = 0;
  for (int64_t sequence = 0; sequence < sequences; ++sequence) {
    const Sight sight = call.sight(int32_t(sequence));
    for (int64_t first = 0; first < sight.keys; first += attentionKeyTile) {
      const int64_t count = std::min(attentionKeyTile, sight.keys - first);
      const int64_t queries = sight.endQuery(first + count - 1) - sight.firstQuery(first);
      tiles.push_back(piece(sequence, first, count, queries));
      tiles.back().biasGradients = parts;
      parts += call.heads * call.biasDistances(sight, first, count).count;
    }
  }
  return tiles;
}

/// What backward tasks take: all tiles of a sequence where the threads have enough to do so and the queries' gradients
/// stay in the cache meanwhile; else one tile, those of a sequence in their order, for they wait for each other.
std::vector<Piece> keyPieces(const AttentionCall &call, const std::vector<Piece> &tiles) {
  constexpr int64_t cachedFloats = 1 << 18;
  int64_t total = 0;
  for (const Piece &tile : tiles) total += tile.scores;
  const int64_t most =
      hasManyThreads() ? total * call.keyHeads / (tasksOfThread * at::get_num_threads()) : total;
  std::vector<Piece> pieces;
  for (size_t begin = 0, end; begin < tiles.size(); begin = end) {
    Piece whole = tiles[begin];
    for (end = begin + 1; end < tiles.size() && tiles[end].sequence == whole.sequence; ++end) {
      whole.count += tiles[end].count;
      whole.scores += tiles[end].scores;
    }
    const int64_t summed = call.sight(whole.sequence).queries * (call.heads / call.keyHeads) * call.size;
    if (end == begin + 1 || (whole.scores <= most && summed <= cachedFloats)) {
      pieces.push_back(whole);
      continue;
    }
    pieces.insert(pieces.end(), tiles.begin() + int64_t(begin), tiles.begin() + int64_t(end));
    for (size_t i = pieces.size() - 1; i > pieces.size() - (end - begin); --i)
      pieces[i - 1].scores = std::max(pieces[i - 1].scores, pieces[i].scores);
  }
  sortByWork(pieces);
  return pieces;
}

std::vector<AttentionTask> forwardTasks(const AttentionCall &call, const std::vector<Piece> &pieces) {
  const int64_t groups = call.heads / call.keyHeads;
  std::vector<AttentionTask> tasks;
  for (const Piece &piece : pieces) {
    // Few queries, as when text is generated: the heads that share keys share their packing.
    const int64_t heads = piece.count * groups <= queriesOfTask / 4 ? groups : 1;
    for (int64_t head = 0; head < call.heads; head += heads)
      tasks.push_back({piece.sequence, int32_t(head), int32_t(heads), piece.first, piece.count, 0});
  }
  return tasks;
}

/// The sum of the tiles' parts, always in one order.
at::Tensor sumOfBiasGradients(
    const AttentionCall &call, const std::vector<Piece> &tiles, const float *parts) {
  const int64_t width = 2 * call.biasReach + 1;
  const at::Tensor total = at::zeros({call.heads, width}, at::kFloat);
  float *const sums = total.mutable_data_ptr<float>();
  parallelTasks(call.heads, int64_t(tiles.size()) * width, [&](int64_t head) {
    for (const Piece &tile : tiles) {
      const Distances distances =
          call.biasDistances(call.sight(tile.sequence), tile.first, tile.count);
      const float *const part = parts + tile.biasGradients + head * distances.count;
      float *const to = sums + head * width + call.biasReach + distances.lowest;
      for (int64_t d = 0; d < distances.count; ++d) to[d] += part[d];
    }
  });
  return total;
}

/// Runs a kernel over tasks; where those are tiles of a sequence, they add to its queries' gradients in turns.
void runBackward(
    void (*kernel)(const AttentionCall &, const AttentionTask &), AttentionCall call,
    const std::vector<AttentionTask> &tasks, int64_t work, int64_t sequences) {
  std::optional<AttentionTurns> turns;
  at::Tensor sums;
  const auto isLater = [](const AttentionTask &task) { return task.first > 0; };
  if (std::any_of(tasks.begin(), tasks.end(), isLater)) {
    turns.emplace(call.turnCount(sequences));
    call.turns = &*turns;
    sums = at::empty({call.heads, call.tokens, (call.size + 15) / 16 * 16}, at::kFloat);
    call.queryGradientSums = sums.mutable_data_ptr<float>();
  }
  parallelTasks(int64_t(tasks.size()), work, [&](int64_t task) {
    try {
      kernel(call, tasks[size_t(task)]);
    } catch (...) {
      if (turns) turns->abandon();
      throw;
    }
  });
}

}  // namespace

at::Tensor attentionForward(
    const AttentionInputs &inputs, const AttentionOptions &options, at::Tensor *logSumExp) {
  const at::Tensor output = at::empty(inputs.query.sizes(), inputs.query.options());
  AttentionCall call = makeCall(inputs, options);
  call.output = view(output);
  if (logSumExp) {
    *logSumExp = at::empty({call.heads, call.tokens}, output.options().dtype(at::kFloat));
    call.logSumExp = logSumExp->mutable_data_ptr<float>();
  }
  const int64_t sequences = inputs.queryBoundaries.numel() - 1;
  std::vector<Piece> pieces = queryPieces(call, sequences, queriesOfTask);
  if (hasManyThreads() && int64_t(pieces.size()) * call.heads < tasksOfThread * at::get_num_threads())
    pieces = queryPieces(call, sequences, queriesOfTask / 4);
  sortByWork(pieces);
  const std::vector<AttentionTask> tasks = forwardTasks(call, pieces);
  const auto kernel = kernels().attentionForward[elementIndex(output)];
  parallelTasks(int64_t(tasks.size()), work(call, pieces), [&](int64_t task) {
    kernel(call, tasks[size_t(task)]);
  });
  return output;
}

void attentionBackward(
    const AttentionInputs &inputs, const AttentionOptions &options, const at::Tensor &output,
    const at::Tensor &logSumExp, const at::Tensor &outputGradient, bool wantsTable,
    AttentionGradients &gradients) {
  AttentionCall call = makeCall(inputs, options);
  call.output = view(output);
  call.outputGradient = view(outputGradient);
  call.queryGradient = view(gradients.query);
  call.keyGradient = view(gradients.key);
  call.valueGradient = view(gradients.value);
  call.logSumExp = logSumExp.mutable_data_ptr<float>();
  const int64_t sequences = inputs.queryBoundaries.numel() - 1;
  for (int64_t i = 0; i < sequences; ++i) {
    // Nobody would write the gradients of queries that see no key.
    const Sight sight = call.sight(int32_t(i));
    if (sight.leavesQueriesBlind())
      gradients.query.narrow(0, call.queryStarts[i], sight.queries).zero_();
  }
  int64_t parts;
  const std::vector<Piece> tiles = keyTiles(call, sequences, parts);
  const std::vector<Piece> pieces = keyPieces(call, tiles);
  std::vector<AttentionTask> tasks;
  for (const Piece &piece : pieces)
    for (int64_t head = 0; head < call.keyHeads; ++head)
      tasks.push_back(
          {piece.sequence, int32_t(head), 1, piece.first, piece.count, piece.biasGradients});
  at::Tensor biasGradients;
  if (wantsTable) {
    biasGradients = at::empty({parts}, at::kFloat);
    call.biasGradients = biasGradients.mutable_data_ptr<float>();
  }
  runBackward(
      kernels().attentionBackward[elementIndex(output)], call, tasks, work(call, pieces), sequences);
  if (wantsTable) gradients.biasTable = sumOfBiasGradients(call, tiles, call.biasGradients);
}

}  // namespace ctorch::fused
