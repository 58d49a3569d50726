// Views, joins, gathers.
#pragma once

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

ct_tensor *ct_reshape(const ct_tensor *a, const int64_t *sizes, size_t rank);
ct_tensor *ct_expand(const ct_tensor *a, const int64_t *sizes, size_t rank);
ct_tensor *ct_as_strided(const ct_tensor *a, const int64_t *sizes, const int64_t *strides, size_t rank, int64_t offset);
ct_tensor *ct_permute(const ct_tensor *a, const int64_t *order, size_t rank);
ct_tensor *ct_transpose(const ct_tensor *a, int64_t first, int64_t second);
ct_tensor *ct_unsqueeze(const ct_tensor *a, int64_t dimension);
ct_tensor *ct_squeeze(const ct_tensor *a, int64_t dimension);
ct_tensor *ct_flatten(const ct_tensor *a, int64_t first, int64_t last);
ct_tensor *ct_narrow(const ct_tensor *a, int64_t dimension, int64_t start, int64_t length);
ct_tensor *ct_select(const ct_tensor *a, int64_t dimension, int64_t index);
ct_tensor *ct_index_select(const ct_tensor *a, int64_t dimension, const ct_tensor *index);
ct_tensor *ct_gather(const ct_tensor *a, int64_t dimension, const ct_tensor *index);
ct_tensor *ct_concatenate(const ct_tensor *const *tensors, size_t count, int64_t dimension);
ct_tensor *ct_stack(const ct_tensor *const *tensors, size_t count, int64_t dimension);
ct_tensor *ct_triu(const ct_tensor *a, int64_t diagonal);
ct_tensor *ct_tril(const ct_tensor *a, int64_t diagonal);
ct_tensor *ct_flip(const ct_tensor *a, int64_t dimension);
ct_tensor *ct_repeat_interleave(const ct_tensor *a, const ct_tensor *repeats, int64_t dimension);

#ifdef __cplusplus
}
#endif
