// One vector for each sequence of a ragged batch. On the CPU in float32 and bfloat16, with a plain path for everything
// else; differentiable.
#pragma once

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

// How the vectors of a sequence's tokens become one.
typedef enum ct_pooling {
  ct_pooling_mean = 0,
  // The largest of each column; its gradient goes to the first token that has it.
  ct_pooling_maximum = 1,
} ct_pooling;

// x [T, H] to [N, H], float32 whatever x is. `boundaries` are N + 1 ascending places int32 on the CPU, from 0 to T;
// every sequence has a token.
ct_tensor *ct_pool_sequences(const ct_tensor *x, const ct_tensor *boundaries, ct_pooling pooling);

#ifdef __cplusplus
}
#endif
