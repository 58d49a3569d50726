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
// rows that were looked up alone (rows.h); the other tables' gradients are dense.
ct_tensor *ct_embedding_layer_norm(
    const ct_tensor *tokens, const ct_tensor *positions, const ct_tensor *segments,
    const ct_tensor *word_table, const ct_tensor *position_table, const ct_tensor *segment_table,
    const ct_tensor *weight, const ct_tensor *bias, double epsilon, ct_dropout_key dropout);

// gelu(x + bias); bias [H] may be null. Exact (error function) or the tanh form.
ct_tensor *ct_bias_gelu(const ct_tensor *x, const ct_tensor *bias, bool tanh_form);
// One step of AdamW (`decoupled`) or Adam with L2 decay, as PyTorch's, over one parameter, in one pass, in place.
// master, first_moment, second_moment: float32; gradient: float32, bfloat16 or float16, multiplied by
// `gradient_scale` as it is read; copy: bfloat16 or float16 copy of the master to be written, or null.
// All contiguous and of one shape. `step` counts from 1. Not differentiable.
typedef struct {
  double learning_rate;
  double beta1;
  double beta2;
  double epsilon;
  double weight_decay;
  bool decoupled;
  int64_t step;
  double gradient_scale;
} ct_adam_options;
bool ct_adam_step(
    ct_tensor *master, ct_tensor *first_moment, ct_tensor *second_moment, const ct_tensor *gradient,
    ct_tensor *copy, ct_adam_options options);
// One step of SGD, as PyTorch's. `momentum_buffer` may be null when momentum is 0; on the first step it is set to
// the gradient. Everything else as for `ct_adam_step`.
typedef struct {
  double learning_rate;
  double momentum;
  double dampening;
  double weight_decay;
  bool nesterov;
  bool first_step;
  double gradient_scale;
} ct_sgd_options;
bool ct_sgd_step(
    ct_tensor *master, ct_tensor *momentum_buffer, const ct_tensor *gradient, ct_tensor *copy,
    ct_sgd_options options);
// The sum of squares over all gradients, added up in float64 in an order that does not depend on the number of
// threads; NaN or infinity where a gradient holds one. Entries may be null (skipped).
bool ct_sum_of_squares(const ct_tensor *const *gradients, size_t count, double *result);
// accumulator += gradient * scale; accumulator float32, gradient of any floating type, same shape, contiguous.
bool ct_accumulate(ct_tensor *accumulator, const ct_tensor *gradient, double scale);
// destination = source, changing the floating type (rounding to nearest even); same shape, contiguous.
bool ct_cast_copy(ct_tensor *destination, const ct_tensor *source);
// Keeps memory that tensors give back for the next ones, until the process ends, in place of asking the system for
// cleared pages again and again. To be called once, at the start of a process that trains. False where the C library
// has no such setting (anything but glibc).
bool ct_keep_freed_memory(void);

#ifdef __cplusplus
}
#endif
