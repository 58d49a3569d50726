// Dense layers with products of thin matrices beside their weights, as low-rank methods of tuning add them.
#pragma once

#include <stddef.h>

#include "ctorch/base.h"
#include "ctorch/kernels.h"
#include "ctorch/linear.h"
#include "ctorch/quantized.h"

#ifdef __cplusplus
extern "C" {
#endif

// scale · up · down · dropout(input), added to one layer's result: down [R, K], up [N, R].
typedef struct {
  const ct_tensor *down;
  const ct_tensor *up;
  // Which of the layers.
  size_t layer;
  double scale;
  // Of the input seen as a matrix.
  ct_dropout_key dropout;
} ct_low_rank_term;

// Dense layers of one input, their results side by side: weights [Nᵢ, K], each as it is or in few bits, the other one
// null (`quantized` may be null for all); biases [Nᵢ], or null for layers without.
typedef struct {
  const ct_tensor *const *weights;
  const ct_quantized_weight *const *quantized;
  const ct_tensor *const *biases;
  size_t count;
  const ct_low_rank_term *terms;
  size_t term_count;
} ct_dense_layers;

// The layers' results [..., ΣNᵢ] of an input [..., K], with their terms. Differentiable; nothing is computed or kept
// for what has no gradient.
ct_tensor *ct_dense_product(const ct_tensor *input, ct_dense_layers layers);

// down(activation(up(input))): the two halves of a feed-forward block, one layer each. Differentiable; of the middle
// only what the gradients read is kept.
ct_tensor *ct_dense_feed_forward(
    const ct_tensor *input, ct_dense_layers up, ct_epilogue activation, ct_dense_layers down);

// epilogue(input · weightsᵀ + terms + bias) with weights that were laid out (see ct_laid_out_linear). `layers` holds
// the terms and, for their places, the weights that were laid out; its biases are not read. Not differentiable.
ct_tensor *ct_laid_out_dense(
    const ct_tensor *input, const ct_tensor *laid_out, ct_dense_layers layers, const ct_tensor *bias,
    ct_epilogue epilogue);

#ifdef __cplusplus
}
#endif
