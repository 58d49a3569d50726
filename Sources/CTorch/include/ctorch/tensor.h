// Making tensors, asking about them, moving their contents.
#pragma once

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

ct_tensor *ct_empty(const int64_t *sizes, size_t rank, int32_t dtype, ct_device device);
ct_tensor *ct_full(const int64_t *sizes, size_t rank, double value, int32_t dtype, ct_device device);
ct_tensor *ct_arange(double start, double end, double step, int32_t dtype, ct_device device);
// Copies `bytes` bytes of densely packed elements.
ct_tensor *ct_from_bytes(const void *data, size_t bytes, const int64_t *sizes, size_t rank, int32_t dtype);
// Shares memory that stays valid until `release(context)` is called, once, when the last reference is gone.
ct_tensor *ct_from_memory(void *data, const int64_t *sizes, size_t rank, int32_t dtype,
                          void (*release)(void *context), void *context);
// Another handle on the same tensor.
ct_tensor *ct_retain(const ct_tensor *tensor);
ct_tensor *ct_clone(const ct_tensor *tensor);
ct_tensor *ct_contiguous(const ct_tensor *tensor);
// Converts dtype and device; the same tensor where nothing changes.
ct_tensor *ct_to(const ct_tensor *tensor, int32_t dtype, ct_device device);

int64_t ct_rank(const ct_tensor *tensor);
int64_t ct_size(const ct_tensor *tensor, int64_t dimension);
int64_t ct_count(const ct_tensor *tensor);
int32_t ct_dtype_of(const ct_tensor *tensor);
int64_t ct_element_size(const ct_tensor *tensor);
ct_device ct_device_of(const ct_tensor *tensor);
bool ct_is_contiguous(const ct_tensor *tensor);
bool ct_shares_memory(const ct_tensor *a, const ct_tensor *b);
// The first element's address; only the CPU's are readable.
void *ct_data(const ct_tensor *tensor);
// Copies densely packed elements out; `bytes` must be their exact size.
bool ct_copy_bytes(const ct_tensor *tensor, void *destination, size_t bytes);
// The single element of a tensor, as a number.
bool ct_item_double(const ct_tensor *tensor, double *value);
bool ct_item_int64(const ct_tensor *tensor, int64_t *value);

// In place.
bool ct_copy_(ct_tensor *tensor, const ct_tensor *source);
bool ct_fill_(ct_tensor *tensor, double value);
bool ct_add_(ct_tensor *tensor, const ct_tensor *other, double scale);
bool ct_mul_(ct_tensor *tensor, double factor);
bool ct_clamp_(ct_tensor *tensor, double low, double high);
bool ct_lerp_(ct_tensor *tensor, const ct_tensor *end, double weight);
bool ct_addcmul_(ct_tensor *tensor, const ct_tensor *a, const ct_tensor *b, double scale);
bool ct_addcdiv_(ct_tensor *tensor, const ct_tensor *a, const ct_tensor *b, double scale);
bool ct_index_copy_(ct_tensor *tensor, int64_t dimension, const ct_tensor *index, const ct_tensor *source);
bool ct_index_add_(ct_tensor *tensor, int64_t dimension, const ct_tensor *index, const ct_tensor *source);

#ifdef __cplusplus
}
#endif
