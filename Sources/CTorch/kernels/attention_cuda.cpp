// libtorch's attention for ragged batches on a GPU.
#include <ATen/SDPBackend.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "attention.h"
#include "attention_call.h"

namespace ctorch::cuda {

namespace {

int64_t longest(const at::Tensor &boundaries) {
  const auto *starts = boundaries.const_data_ptr<int32_t>();
  int64_t most = 0;
  for (int64_t i = 0; i + 1 < boundaries.numel(); ++i)
    most = std::max<int64_t>(most, starts[i + 1] - starts[i]);
  return most;
}

/// libtorch's kernels are not asked about queries without keys.
bool everyQuerySeesKeys(const at::Tensor &queryBoundaries, const at::Tensor &keyBoundaries, bool causal) {
  const auto *queries = queryBoundaries.const_data_ptr<int32_t>();
  const auto *keys = keyBoundaries.const_data_ptr<int32_t>();
  for (int64_t i = 0; i + 1 < queryBoundaries.numel(); ++i) {
    const int64_t queryCount = queries[i + 1] - queries[i], keyCount = keys[i + 1] - keys[i];
    if (queryCount > 0 && keyCount < (causal ? queryCount : 1)) return false;
  }
  return true;
}

/// Which of its kernels libtorch would take for dense tensors like this one: it knows what the device can do.
at::SDPBackend backend(const at::Tensor &query, double scale) {
  const at::Tensor dense = query.transpose(0, 1).unsqueeze(0);
  return at::SDPBackend(at::_fused_sdp_choice(dense, dense, dense, {}, 0, false, scale));
}

/// Whether libtorch's kernels have what is asked for.
bool has(const at::Tensor &query, const AttentionOptions &options) {
  const int64_t size = query.size(2);
  return query.is_cuda() && query.numel() > 0 && size <= 256 && size % 8 == 0 &&
         !options.biasTable.defined() && !options.slopes.defined() &&
         !DropoutMask(options.dropout).removesAny();
}

}  // namespace

at::Tensor raggedAttention(
    const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
    const at::Tensor &queryBoundaries, const at::Tensor &keyBoundaries,
    const AttentionOptions &options) {
  const bool aligned = options.causal || options.window >= 0;
  if (!has(query, options) || !everyQuerySeesKeys(queryBoundaries, keyBoundaries, aligned)) return {};
  const at::SDPBackend best = backend(query, options.scale);
  const bool half = query.scalar_type() == at::kHalf || query.scalar_type() == at::kBFloat16;
  const at::Tensor queryStarts = queryBoundaries.to(query.device());
  const at::Tensor keyStarts = keyBoundaries.to(query.device());
  const int64_t queries = longest(queryBoundaries), keys = longest(keyBoundaries);

  if (half && (best == at::SDPBackend::flash_attention || best == at::SDPBackend::cudnn_attention)) {
    const auto limit = options.window < 0 ? std::nullopt : std::optional(std::min(options.window, queries + keys));
    return std::get<0>(at::_flash_attention_forward(
        query, key, value, queryStarts, keyStarts, queries, keys, 0, options.causal, false, options.scale,
        limit, options.causal && limit ? std::optional<int64_t>(0) : limit));
  }
  if (best != at::SDPBackend::efficient_attention || options.window >= 0) return {};
  const int64_t groups = query.size(1) / key.size(1);
  const auto one = [](const at::Tensor &tensor) { return tensor.unsqueeze(0); };
  constexpr int64_t unmasked = 0, causalFromTheEnd = 2;
  const at::Tensor output = std::get<0>(at::_efficient_attention_forward(
      one(query), one(key.repeat_interleave(groups, 1)), one(value.repeat_interleave(groups, 1)), {},
      queryStarts, keyStarts, queries, keys, 0, options.causal ? causalFromTheEnd : unmasked, true,
      options.scale));
  return output.squeeze(0);
}

}  // namespace ctorch::cuda
