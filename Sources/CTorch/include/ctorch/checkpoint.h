// Activation checkpointing: computing again in the backward pass instead of keeping (Chen et al., 2016,
// arXiv:1604.06174).
#pragma once

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

// What computes a tensor from another.
typedef struct {
  void *context;
  // A new handle; null when it failed, after `ct_record_error`. Called with recording off in the forward pass and on in
  // the backward pass, where it must compute the same again.
  ct_tensor *(*compute)(void *context, const ct_tensor *input);
  // Called once, when neither pass needs the context any more.
  void (*release)(void *context);
} ct_computation;

// What `computation` gives for `input`, of whose inner tensors none is kept: the backward pass computes them again.
// Parameters that the computation uses get their gradients as if it had been recorded, from `ct_backward` alone (not
// from `ct_gradients_of`). Not kept from recording are second derivatives.
ct_tensor *ct_checkpointed(const ct_tensor *input, ct_computation computation);

// Sets what `ct_last_error` gives, for a function that C++ calls back.
void ct_record_error(const char *message);

#ifdef __cplusplus
}
#endif
