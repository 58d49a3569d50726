// Our own kernels: fused forward and backward passes over ragged batches (those of optimisers: optimizer.h).
//
// Each runs on the CPU in float32 and bfloat16 (bfloat16 in and out, float32 inside); other devices and element
// types take a plain path of libtorch's operations, which computes the same function with the same dropout masks.
// All are differentiable unless said otherwise, and give the same bits from run to run.
#pragma once

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

// Which elements a dropout removes: a pure function of (seed, place, index), made by Philox4x32-7.
// `rate` is rounded to a multiple of 1/65536; 0 removes nothing. `place` tells one use from all others
// (training step and layer, say): two uses with the same seed and place remove the same indices.
typedef struct {
  double rate;
  uint64_t seed;
  uint64_t place;
} ct_dropout_key;

// Whether the calling thread takes the plain path everywhere (for tests and for comparing); gives the choice before.
bool ct_use_reference_kernels(bool use);

// The instruction set that the calling thread's kernels run with: "avx512-bf16", "avx512", "avx2" or "portable".
const char *ct_kernel_instruction_set(void);

// Chooses another one for the calling thread, of those that this processor has (for tests and for comparing); null
// goes back to the best. False when this processor or this build does not have it.
bool ct_select_kernel_instruction_set(const char *name);

// Dropout of x [..., H]; indices are (row, column) of x seen as a matrix.
ct_tensor *ct_dropout(const ct_tensor *x, ct_dropout_key dropout);

// dropout(layer_norm(words[tokens] + position_table[positions] + segment_table[segments]) * weight + bias): [T, H].
// Indices int64 or int32 [T]; positions with their table, and segments with theirs, may be null. Segments alone may
// be null too: then row 0 of the segment table is meant. A word table that no operation made gets the gradient of the
// rows that were looked up alone (rows.h); the other tables' gradients are dense. The rows of padding, -1 for none,
// have no gradient, as in PyTorch's nn.Embedding.
ct_tensor *ct_embedding_layer_norm(
    const ct_tensor *tokens, const ct_tensor *positions, const ct_tensor *segments,
    const ct_tensor *word_table, const ct_tensor *position_table, const ct_tensor *segment_table,
    const ct_tensor *weight, const ct_tensor *bias, int64_t word_padding, int64_t position_padding, double epsilon,
    ct_dropout_key dropout);

#ifdef __cplusplus
}
#endif
