// Gradients.
#pragma once

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

bool ct_set_requires_gradient(ct_tensor *tensor, bool value);
bool ct_requires_gradient(const ct_tensor *tensor);
ct_tensor *ct_detach(const ct_tensor *tensor);
// Null without an error when there is no gradient.
ct_tensor *ct_gradient(const ct_tensor *tensor);
bool ct_set_gradient(ct_tensor *tensor, const ct_tensor *gradient);
bool ct_backward(const ct_tensor *loss, const ct_tensor *gradient, bool keepsGraph);
// The gradients of `output` by each of `inputs`, into `results`; null where there is none.
bool ct_gradients_of(const ct_tensor *output, const ct_tensor *const *inputs, size_t count, ct_tensor **results);

// Whether operations of this thread are recorded; returns what it was.
bool ct_set_recording(bool value);
bool ct_is_recording(void);
// libtorch's inference mode for this thread, as a scope to close with `ct_inference_end`.
void *ct_inference_begin(void);
void ct_inference_end(void *scope);

#ifdef __cplusplus
}
#endif
