// Attention with libtorch's operations, sequence by sequence; its matrix of scores is kept.
#include <cmath>
#include <limits>
#include <vector>

#include "attention.h"
#include "reference_dropout.h"

namespace ctorch::reference {

namespace {

/// Factors [heads, queries, keys] of the scores of one sequence.
at::Tensor scoreFactors(
    int64_t heads, int64_t queries, int64_t keys, int64_t firstQuery, const DropoutMask &mask,
    const at::Tensor &like) {
  const int64_t blocks = (queries + 7) / 8;
  const at::Tensor head = (range(heads, like) + int64_t(mask.tweak)).bitwise_and(0xFFFFFFFFll);
  at::Tensor decided = decisions(
      range(keys, like).view({1, 1, keys}), range(blocks, like).view({1, blocks, 1}),
      word(firstQuery, like), head.view({heads, 1, 1}), mask);  // [heads, blocks, keys, 8]
  decided = decided.transpose(2, 3).reshape({heads, blocks * 8, keys}).narrow(1, 0, queries);
  return factors(decided, mask, like);
}

/// Key's place less query's place, [queries, keys]; both sequences end together.
at::Tensor distances(int64_t queries, int64_t keys, const at::Tensor &like) {
  return range(keys, like).view({1, keys}) - range(queries, like).view({queries, 1}) - (keys - queries);
}

/// The scores [heads, queries, keys] with their biases.
at::Tensor biased(
    const at::Tensor &scores, const at::Tensor &distance, const AttentionOptions &options) {
  if (options.slopes.defined()) {
    const at::Tensor slopes = options.slopes.detach().to(scores.scalar_type()).view({-1, 1, 1});
    return scores - slopes * distance.abs();
  }
  if (!options.biasTable.defined()) return scores;
  const int64_t reach = options.biasTable.size(1) / 2;
  const at::Tensor entries = (distance.clamp(-reach, reach) + reach).view({-1});
  return scores + options.biasTable.to(scores.scalar_type()).index_select(1, entries).view(scores.sizes());
}

/// The probabilities of scores [heads, queries, keys]; none where a query sees no key.
at::Tensor probabilities(
    const at::Tensor &scores, const at::Tensor &distance, const AttentionOptions &options) {
  if (!options.causal && options.window < 0) return at::softmax(scores, -1);
  at::Tensor hidden = options.causal ? distance > 0 : distance > options.window;
  if (options.window >= 0) hidden = hidden.logical_or(distance < -options.window);
  const at::Tensor open = scores.masked_fill(hidden, -std::numeric_limits<double>::infinity());
  return at::softmax(open, -1).masked_fill(hidden, 0);
}

}  // namespace

at::Tensor raggedAttention(
    const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
    const at::Tensor &queryBoundaries, const at::Tensor &keyBoundaries,
    const AttentionOptions &options) {
  const DropoutMask mask(options.dropout);
  const auto type = computing(query);
  const int64_t heads = query.size(1), groups = heads / key.size(1);
  const auto *queryStarts = queryBoundaries.const_data_ptr<int32_t>();
  const auto *keyStarts = keyBoundaries.const_data_ptr<int32_t>();
  std::vector<at::Tensor> outputs;
  for (int64_t sequence = 0; sequence + 1 < queryBoundaries.numel(); ++sequence) {
    const int64_t start = queryStarts[sequence], queries = queryStarts[sequence + 1] - start;
    const int64_t keyStart = keyStarts[sequence], keys = keyStarts[sequence + 1] - keyStart;
    if (queries == 0) continue;
    const auto rows = [&](const at::Tensor &tensor, int64_t first, int64_t count) {
      return tensor.narrow(0, first, count).to(type).transpose(0, 1);  // [heads, count, D]
    };
    const at::Tensor q = rows(query, start, queries);
    const at::Tensor k = rows(key, keyStart, keys).repeat_interleave(groups, 0);
    const at::Tensor v = rows(value, keyStart, keys).repeat_interleave(groups, 0);
    const at::Tensor distance = distances(queries, keys, query);
    const at::Tensor scores =
        biased(at::matmul(q, k.transpose(1, 2)) * options.scale, distance, options);
    at::Tensor shares = probabilities(scores, distance, options);
    if (mask.removesAny() && keys > 0)
      shares = shares * scoreFactors(heads, queries, keys, start, mask, query);
    outputs.push_back(at::matmul(shares, v).transpose(0, 1));
  }
  if (outputs.empty()) return at::zeros_like(query);
  return at::cat(outputs).to(query.scalar_type()).contiguous();
}

}  // namespace ctorch::reference
