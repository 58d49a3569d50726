// Ragged attention: every sequence's queries over the same sequence's keys, in a batch without padding.
//
// On the CPU, in float32 and bfloat16, our own kernel: no matrix of scores is kept, and results have the same bits with
// any number of threads. On a GPU, libtorch's kernels where they have the options that are wanted. Elsewhere a plain
// path of libtorch's operations. All are differentiable.
#pragma once

#include "ctorch/base.h"
#include "ctorch/kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

// How queries look at keys. Query i of a sequence stands at the place of its key i + (keys - queries): both sequences
// end together, as a cache of keys wants it. A distance is the key's place less the query's.
typedef struct {
  double scale;    // factor of the scores before bias and softmax
  bool causal;     // keys at distances above 0 are hidden
  int64_t window;  // keys at distances above it, before or after, are hidden; negative: no limit
  ct_dropout_key dropout;
} ct_attention_options;

// query [T, heads, D], key and value [Tk, keyHeads, D], heads a multiple of keyHeads, last dimension contiguous;
// boundaries int32 [N + 1] on the CPU, cumulative lengths; key_boundaries may be null: those of the queries.
// At most one of the two, else null:
//   bias_table [heads, 2 * reach + 1]: entry reach + d is added to the scores at distance d, the two ends also beyond
//   them (Raffel et al., T5, 2020); of any floating type, differentiable;
//   slopes [heads]: times the absolute distance, subtracted from the scores (Press et al., ALiBi, 2022); of any
//   floating type, not differentiable.
// Gives [T, heads, D], contiguous. Queries that see no key give zeros.
ct_tensor *ct_ragged_attention(
    const ct_tensor *query, const ct_tensor *key, const ct_tensor *value,
    const ct_tensor *query_boundaries, const ct_tensor *key_boundaries, const ct_tensor *bias_table,
    const ct_tensor *slopes, ct_attention_options options);

// The same over one packed projection [T, heads + 2 * key_heads, D] (queries, then keys, then values), whose
// gradient is one tensor of that shape.
ct_tensor *ct_ragged_attention_packed(
    const ct_tensor *projected, int64_t heads, int64_t key_heads, const ct_tensor *boundaries,
    const ct_tensor *bias_table, const ct_tensor *slopes, ct_attention_options options);

// Whether the calling thread's kernels share their work out to other threads (for tests and for comparing: the bits do
// not depend on it); gives the choice before.
bool ct_use_threads(bool use);

#ifdef __cplusplus
}
#endif
