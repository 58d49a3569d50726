// The same rows before every sequence of a ragged batch: keys and values that all sequences share, and virtual tokens.
//
// On the CPU in float32 and bfloat16 one pass over memory in each direction, with the same bits for any number of
// threads; elsewhere a plain path of libtorch's operations. Differentiable.
#pragma once

#include "ctorch/attention.h"
#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

// rows [T, ...] of N sequences and prefix [P, ...] of the same element type to [T + N * P, ...]: the prefix and then
// its own rows for each sequence. The prefix's gradient is the sum over sequences, in their order, in float32.
// `boundaries`: int32 [N + 1] on the CPU, cumulative lengths from 0 to T.
ct_tensor *ct_prefixed_rows(const ct_tensor *rows, const ct_tensor *prefix, const ct_tensor *boundaries);

// `ct_ragged_attention_packed` where the keys and values `prefix` [P, 2 * key_heads, D], keys before values, stand
// before each sequence's own.
ct_tensor *ct_ragged_attention_prefixed(
    const ct_tensor *projected, int64_t heads, int64_t key_heads, const ct_tensor *prefix,
    const ct_tensor *boundaries, const ct_tensor *bias_table, const ct_tensor *slopes,
    ct_attention_options options);

#ifdef __cplusplus
}
#endif
