// The kernels' functions written with libtorch's own operations: the path of devices and element types that have no
// kernel, and what tests compare the kernels with. Differentiable by libtorch.
#pragma once

#include <ATen/ATen.h>

#include <optional>

#include "ctorch/kernels.h"
#include "padding_rows.h"
#include "reference_dropout.h"

namespace ctorch::reference {

/// What dropout multiplies [rows, columns] with: 0 or the factor of the kept, in `like`'s device and float32 or wider.
at::Tensor dropoutFactors(int64_t rows, int64_t columns, const ct_dropout_key &key, const at::Tensor &like);

at::Tensor dropout(const at::Tensor &x, const ct_dropout_key &key);

at::Tensor embeddingLayerNorm(
    const at::Tensor &tokens, const at::Tensor &positions, const at::Tensor &segments,
    const at::Tensor &words, const at::Tensor &positionTable, const at::Tensor &segmentTable,
    const at::Tensor &weight, const at::Tensor &bias, const PaddingRows &padding, double epsilon,
    const ct_dropout_key &key);

}  // namespace ctorch::reference
