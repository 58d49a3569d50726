// Dense layers: matrix products with what stands beside them.
#pragma once

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

// What a dense layer's result goes through before it is stored.
typedef enum { CT_EPILOGUE_NONE = 0, CT_EPILOGUE_GELU = 1, CT_EPILOGUE_GELU_TANH = 2 } ct_epilogue;

// input · weightᵀ + bias: input [..., K], weight [N, K], bias [N] or null; [..., N]. Differentiable.
ct_tensor *ct_linear(const ct_tensor *input, const ct_tensor *weight, const ct_tensor *bias);

// The results of several dense layers of one input side by side, as one product: weights [Nᵢ, K]; biases [Nᵢ], or null
// for layers without; [..., ΣNᵢ]. Differentiable: each weight gets its own gradient.
ct_tensor *ct_joined_linear(
    const ct_tensor *input, const ct_tensor *const *weights, const ct_tensor *const *biases, size_t count);

// activation(input · upᵀ + up_bias) · downᵀ: input [..., K], up [F, K], up_bias [F] or null, down [N, F]; [..., N].
// Differentiable; of the middle only the activation and its derivative are kept.
ct_tensor *ct_feed_forward(
    const ct_tensor *input, const ct_tensor *up, const ct_tensor *up_bias, const ct_tensor *down,
    ct_epilogue activation);

// Weights [Nᵢ, K] laid out once for many products without gradients; null, without an error, where this processor or
// these sizes have no kernel that would read it. The result is a vector of bytes.
bool ct_lay_out_weights(
    const ct_tensor *const *weights, size_t count, ct_tensor **result);

// epilogue(input · weightsᵀ + bias) with weights that were laid out: input [..., K], bias float32 [columns] or null;
// [..., columns]. Not differentiable.
ct_tensor *ct_laid_out_linear(
    const ct_tensor *input, const ct_tensor *laid_out, int64_t columns, const ct_tensor *bias,
    ct_epilogue epilogue);

#ifdef __cplusplus
}
#endif
