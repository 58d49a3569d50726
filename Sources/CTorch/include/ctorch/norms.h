// Norms over the last dimension, fused with the dropout and the residual connection before them. Like all kernels (see
// kernels.h) they run on the CPU in float32 and bfloat16, statistics in float32, with a plain path for everything else,
// and are differentiable.
#pragma once

#include "ctorch/base.h"
#include "ctorch/kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  // False: (s - mean) / sqrt(variance + epsilon) * weight + bias (Ba et al. 2016). True: s / sqrt(mean of squares +
  // epsilon) * weight + bias (Zhang and Sennrich 2019), the form of Llama and T5.
  bool root_mean_square;
  double epsilon;
  ct_dropout_key dropout;  // of the input, before the residual is added
} ct_norm_options;

// norm(s), s = dropout(x + x_bias) + residual: the post-norm connection, and the plain norm without residual.
// x and residual [..., H] of one dtype; weight [H]; x_bias [H], residual and bias [H] may be null.
ct_tensor *ct_residual_norm(
    const ct_tensor *x, const ct_tensor *x_bias, const ct_tensor *residual, const ct_tensor *weight,
    const ct_tensor *bias, ct_norm_options options);

// The pre-norm connection: both s, which the next connection adds to, and norm(s), which the next layer reads. The norm
// is that of s before it is rounded to the element type. x_bias and bias may be null.
bool ct_residual_pre_norm(
    const ct_tensor *x, const ct_tensor *x_bias, const ct_tensor *residual, const ct_tensor *weight,
    const ct_tensor *bias, ct_norm_options options, ct_tensor **sum, ct_tensor **normalised);

#ifdef __cplusplus
}
#endif
