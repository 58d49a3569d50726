// Optimiser steps over all parameters of a model in one pass, and the arithmetic around them. Not differentiable.
//
// On the CPU, kernels share the elements of all parameters out over the threads in pieces that do not depend on how
// many there are. Other devices and element types take a plain path, parameter by parameter. A gradient may hold only
// some rows of its parameter (rows.h): the step then has the bits of the same gradient with zeros in the others.
#pragma once

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

// One parameter of a step of Adam; all tensors but scales and `moved_rows` are contiguous and of one shape.
typedef struct {
  // The original weights, float32.
  ct_tensor *master;
  // Both float32, bfloat16 or uint8; zeros before the first step. bfloat16 moments are rounded by chance, by random
  // numbers that are a function of `place`, the step and the element. uint8 moments are codes of a dynamic code, in
  // blocks of 256 elements (arXiv:2110.02861), of which each has a scale.
  ct_tensor *first_moment;
  ct_tensor *second_moment;
  // float32 [blocks], zeros before the first step; null but for uint8 moments.
  ct_tensor *first_scales;
  ct_tensor *second_scales;
  // float32, bfloat16 or float16, multiplied by `gradient_scale` as it is read.
  const ct_tensor *gradient;
  // The bfloat16 or float16 copy of the master, to be written; or null.
  ct_tensor *copy;
  // uint8 [rows], 0 for rows whose moments are all 0 and whose copy is that of the master: they are passed over while
  // they have no gradient and do not decay. Kept true by the step. Null for a parameter without such knowledge.
  ct_tensor *moved_rows;
  // Tells the parameter from the others.
  uint64_t place;
  double weight_decay;
  // Factor of the learning rate, 1 or what the parameter's group has.
  double rate_factor;
  // Steps that were made before the parameter was one of those that move: it counts its own from there.
  int64_t steps_before;
} ct_adam_parameter;

// What all parameters of a step of Adam share. `step` counts from 1.
typedef struct {
  double learning_rate;
  double beta1;
  double beta2;
  double epsilon;
  // Whether decay shrinks the weights (AdamW) instead of adding to the gradient (L2).
  bool decoupled;
  int64_t step;
  double gradient_scale;
} ct_adam_options;

// How many scales moments of so many elements have.
int64_t ct_moment_scales(int64_t elements);

// One step of AdamW or Adam, as PyTorch's, in place.
bool ct_adam_step(const ct_adam_parameter *parameters, size_t count, ct_adam_options options);

// `moved_rows` for float32 or bfloat16 moments: uint8 [rows], 1 for a row with a moment that is not 0.
ct_tensor *ct_moved_rows(const ct_tensor *first_moment, const ct_tensor *second_moment);

// One parameter of a step of SGD. `momentum_buffer` (float32) may be null when momentum is 0; the first step sets it
// to the gradient. The others are as for Adam.
typedef struct {
  ct_tensor *master;
  ct_tensor *momentum_buffer;
  const ct_tensor *gradient;
  ct_tensor *copy;
  double weight_decay;
  double rate_factor;
} ct_sgd_parameter;

// What all parameters of a step of SGD share.
typedef struct {
  double learning_rate;
  double momentum;
  double dampening;
  bool nesterov;
  bool first_step;
  double gradient_scale;
} ct_sgd_options;

// One step of SGD, as PyTorch's, in place; decay is added to the gradient.
bool ct_sgd_step(const ct_sgd_parameter *parameters, size_t count, ct_sgd_options options);

// The sum of squares over all gradients, added up in float64 in an order that depends neither on the number of threads
// nor on whether a gradient holds all rows; NaN or infinity where a gradient holds one. Entries may be null (skipped).
bool ct_sum_of_squares(const ct_tensor *const *gradients, size_t count, double *result);

// accumulator += gradient * scale; accumulator float32, gradient of any floating type and the same shape. An
// accumulator that holds some rows takes only gradients that do, and comes to hold the rows of both.
bool ct_accumulate(ct_tensor *accumulator, const ct_tensor *gradient, double scale);

// destination = source, changing the floating type (rounding to nearest even); same shape.
bool ct_cast_copy(ct_tensor *destination, const ct_tensor *source);

#ifdef __cplusplus
}
#endif
