// Ragged attention inside the C interface: its options, and the paths that it can take.
#pragma once

#include <ATen/ATen.h>

#include "ctorch/attention.h"

namespace ctorch {

/// How queries look at keys; see `ct_attention_options`. Tensors that are not wanted are undefined.
struct AttentionOptions {
  double scale = 1;
  bool causal = false;
  int64_t window = -1;
  ct_dropout_key dropout{};
  /// Float32 or wider for the plain path, [heads, odd]; at most one of the two.
  at::Tensor biasTable, slopes;
};

namespace fused {

at::Tensor raggedAttention(
    const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
    const at::Tensor &queryBoundaries, const at::Tensor &keyBoundaries,
    const AttentionOptions &options);

/// Over one packed projection [tokens, heads + 2 * keyHeads, size].
at::Tensor raggedAttention(
    const at::Tensor &packed, int64_t heads, int64_t keyHeads, const at::Tensor &boundaries,
    const AttentionOptions &options);

/// The same with keys and values [P, 2 * keyHeads, size] before each sequence's own.
at::Tensor prefixedAttention(
    const at::Tensor &packed, int64_t heads, int64_t keyHeads, const at::Tensor &prefix,
    const at::Tensor &boundaries, const AttentionOptions &options);

}  // namespace fused

namespace reference {

at::Tensor raggedAttention(
    const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
    const at::Tensor &queryBoundaries, const at::Tensor &keyBoundaries,
    const AttentionOptions &options);

}  // namespace reference

namespace cuda {

/// libtorch's own kernels for ragged batches on a GPU, differentiable; undefined where they lack an option (a bias, our
/// dropout, float64), where a query sees no key, or where the device has none.
at::Tensor raggedAttention(
    const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
    const at::Tensor &queryBoundaries, const at::Tensor &keyBoundaries,
    const AttentionOptions &options);

}  // namespace cuda

}  // namespace ctorch
