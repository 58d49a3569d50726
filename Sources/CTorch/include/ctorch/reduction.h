// From many elements to few. `rank` 0 reduces everything.
#pragma once

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

ct_tensor *ct_sum(const ct_tensor *a, const int64_t *dimensions, size_t rank, bool keeps);
ct_tensor *ct_mean(const ct_tensor *a, const int64_t *dimensions, size_t rank, bool keeps);
ct_tensor *ct_variance(const ct_tensor *a, const int64_t *dimensions, size_t rank, double correction, bool keeps);
ct_tensor *ct_max_all(const ct_tensor *a);
ct_tensor *ct_min_all(const ct_tensor *a);
// The largest values along one dimension.
ct_tensor *ct_amax(const ct_tensor *a, int64_t dimension, bool keeps);
ct_tensor *ct_amin(const ct_tensor *a, int64_t dimension, bool keeps);
ct_tensor *ct_argmax(const ct_tensor *a, int64_t dimension, bool keeps);
ct_tensor *ct_norm(const ct_tensor *a, double p);
ct_tensor *ct_logsumexp(const ct_tensor *a, int64_t dimension, bool keeps);
ct_tensor *ct_cumsum(const ct_tensor *a, int64_t dimension);
ct_tensor *ct_all(const ct_tensor *a);
ct_tensor *ct_any(const ct_tensor *a);
bool ct_topk(const ct_tensor *a, int64_t count, int64_t dimension, ct_tensor **values, ct_tensor **indices);
bool ct_sort(const ct_tensor *a, int64_t dimension, bool descending, ct_tensor **values, ct_tensor **indices);

#ifdef __cplusplus
}
#endif
