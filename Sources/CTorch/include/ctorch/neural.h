// What networks are made of.
#pragma once

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

ct_tensor *ct_matmul(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_relu(const ct_tensor *a);
ct_tensor *ct_gelu(const ct_tensor *a, bool tanhForm);
ct_tensor *ct_silu(const ct_tensor *a);
ct_tensor *ct_softmax(const ct_tensor *a, int64_t dimension);
ct_tensor *ct_log_softmax(const ct_tensor *a, int64_t dimension);
ct_tensor *ct_layer_norm(const ct_tensor *a, const ct_tensor *weight, const ct_tensor *bias, double epsilon);
ct_tensor *ct_rms_norm(const ct_tensor *a, const ct_tensor *weight, double epsilon);
ct_tensor *ct_embedding(const ct_tensor *table, const ct_tensor *indices);
// Losses: reduction 0 none, 1 mean, 2 sum.
ct_tensor *ct_cross_entropy(const ct_tensor *logits, const ct_tensor *target, const ct_tensor *weight,
                            int64_t reduction, int64_t ignored, double smoothing);
ct_tensor *ct_binary_cross_entropy_with_logits(const ct_tensor *logits, const ct_tensor *target,
                                               const ct_tensor *weight, const ct_tensor *positiveWeight,
                                               int64_t reduction);
ct_tensor *ct_mean_squared_error(const ct_tensor *prediction, const ct_tensor *target, int64_t reduction);

#ifdef __cplusplus
}
#endif
