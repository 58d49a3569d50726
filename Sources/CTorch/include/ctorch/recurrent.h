// Recurrent networks over packed sequences.
#pragma once

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

// One layer of an LSTM (Hochreiter and Schmidhuber 1997), in one direction or both, over sequences of different lengths
// packed step by step: all first tokens, then all second ones, …, the longest sequence first at each step. input
// [T, in]; step_sizes int64 [steps] on the CPU, how many sequences have each step. weights: input [4 · hidden, in] and
// recurrent [4 · hidden, hidden] matrices with gates in the order input, forget, cell, output, and both biases
// [4 · hidden], once a direction, so 4 or 8. Initial states are zeros. *output [T, directions · hidden], packed as the
// input; *last [directions, N, hidden], each sequence's state after its own last step.
bool ct_packed_lstm(
    const ct_tensor *input, const ct_tensor *step_sizes, const ct_tensor *const *weights, size_t weight_count,
    ct_tensor **output, ct_tensor **last);

#ifdef __cplusplus
}
#endif
