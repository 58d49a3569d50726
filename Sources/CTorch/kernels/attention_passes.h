// The two passes of attention on the CPU: work shared out to the kernels.
#pragma once

#include <ATen/ATen.h>

#include "attention.h"

namespace ctorch::fused {

/// Tensors [tokens, heads, size] whose last dimension is contiguous, and boundaries as checked at the entry.
struct AttentionInputs {
  at::Tensor query, key, value, queryBoundaries, keyBoundaries;
};

/// The output; its rows' `logSumExp` too, where it is asked for.
at::Tensor attentionForward(
    const AttentionInputs &inputs, const AttentionOptions &options, at::Tensor *logSumExp);

struct AttentionGradients {
  at::Tensor query, key, value;
  /// Defined where it is wanted.
  at::Tensor biasTable;
};

/// Writes the gradients into tensors of the inputs' shapes, the table's into a new one if `wantsTable`.
void attentionBackward(
    const AttentionInputs &inputs, const AttentionOptions &options, const at::Tensor &output,
    const at::Tensor &logSumExp, const at::Tensor &outputGradient, bool wantsTable,
    AttentionGradients &gradients);

}  // namespace ctorch::fused
