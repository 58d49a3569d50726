// The kernels' functions written with libtorch's own operations: the path of devices and element types that have no
// kernel, and what tests compare the kernels with. Differentiable by libtorch.
#pragma once

#include <ATen/ATen.h>

#include <optional>

#include "ctorch/kernels.h"

namespace ctorch::reference {

/// The type that is computed in: float32 for the half types, else the tensor's own.
inline at::ScalarType computing(const at::Tensor &tensor) {
  const auto type = tensor.scalar_type();
  return type == at::kBFloat16 || type == at::kHalf ? at::kFloat : type;
}

/// What dropout multiplies [rows, columns] with: 0 or the factor of the kept, in `like`'s device and float32 or wider.
at::Tensor dropoutFactors(int64_t rows, int64_t columns, const ct_dropout_key &key, const at::Tensor &like);

at::Tensor dropout(const at::Tensor &x, const ct_dropout_key &key);

at::Tensor dropoutResidualLayerNorm(
    const at::Tensor &x, const at::Tensor &xBias, const at::Tensor &residual, const at::Tensor &weight,
    const at::Tensor &bias, double epsilon, const ct_dropout_key &key);
at::Tensor raggedAttention(
    const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
    const at::Tensor &queryBoundaries, const at::Tensor &keyBoundaries,
    const ct_attention_options &options);

at::Tensor embeddingLayerNorm(
    const at::Tensor &tokens, const at::Tensor &positions, const at::Tensor &segments,
    const at::Tensor &words, const at::Tensor &positionTable, const at::Tensor &segmentTable,
    const at::Tensor &weight, const at::Tensor &bias, double epsilon, const ct_dropout_key &key);

at::Tensor biasGelu(const at::Tensor &x, const at::Tensor &bias, bool tanhForm);
void adamStep(
    at::Tensor master, at::Tensor first, at::Tensor second, const at::Tensor &gradient, at::Tensor copy,
    const ct_adam_options &options);
void sgdStep(
    at::Tensor master, at::Tensor buffer, const at::Tensor &gradient, at::Tensor copy,
    const ct_sgd_options &options);

}  // namespace ctorch::reference
