// Cross-entropy of logits, and of hidden states: kernels, and the same in libtorch's operations.
#pragma once

#include <ATen/ATen.h>

#include "ctorch/losses.h"

namespace ctorch {

// `targets` int64 and contiguous.

namespace fused {

at::Tensor crossEntropy(
    const at::Tensor &logits, const at::Tensor &targets, const ct_loss_options &options);

/// `bias` may be undefined.
at::Tensor linearCrossEntropy(
    const at::Tensor &hidden, const at::Tensor &weight, const at::Tensor &bias,
    const at::Tensor &targets, const ct_loss_options &options, int64_t logitsAtOnce);

}  // namespace fused

namespace reference {

at::Tensor crossEntropy(
    const at::Tensor &logits, const at::Tensor &targets, const ct_loss_options &options);

at::Tensor linearCrossEntropy(
    const at::Tensor &hidden, const at::Tensor &weight, const at::Tensor &bias,
    const at::Tensor &targets, const ct_loss_options &options);

}  // namespace reference

}  // namespace ctorch
