// Cross-entropy over large vocabularies. Like all kernels (see kernels.h) it runs on the CPU in float32 and bfloat16,
// with a plain path for everything else, and is differentiable. Losses are float32 (float64 for float64 inputs).
#pragma once

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int64_t reduction;  // 0 none, 1 mean over the rows that count, 2 sum
  int64_t ignored;    // rows with this target count for nothing
  double smoothing;   // share of the target that is spread over all classes (Szegedy et al. 2016), 0 to 1
} ct_loss_options;

// -sum over classes of target * log_softmax(logits): logits [T, V], targets int64 or int32 [T]. Gives [T] (0 where
// ignored) or rank 0; the mean of no rows is NaN, as PyTorch's. Besides the logits, the backward pass reads one float32
// a row, and is one pass.
ct_tensor *ct_fused_cross_entropy(const ct_tensor *logits, const ct_tensor *targets, ct_loss_options options);

// The same of logits = hidden weight^T + bias, of which a block of rows is held at a time, at most `logits_at_once` of
// them (or one row): hidden [T, H], weight [V, H], bias [V] or null, of one dtype. Ignored rows are not computed. The
// gradients are made in the forward pass, block by block, and scaled in the backward pass; so while they are recorded
// the reduction must be 1 or 2.
ct_tensor *ct_linear_cross_entropy(
    const ct_tensor *hidden, const ct_tensor *weight, const ct_tensor *bias, const ct_tensor *targets,
    ct_loss_options options, int64_t logits_at_once);

#ifdef __cplusplus
}
#endif
