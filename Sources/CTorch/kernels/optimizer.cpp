// Optimiser steps and the arithmetic around them, over tensors that need no gradient.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>

#include "../guarded.h"
#include "ctorch/kernels.h"
#include "reference.h"

namespace ctorch {

namespace {

/// That `tensor` has the master's shape and device and is contiguous, of one of two types.
void checkLike(
    const at::Tensor &master, const at::Tensor &tensor, const char *name, bool mustBeFloat) {
  TORCH_CHECK(
      tensor.sizes() == master.sizes() && tensor.is_contiguous() && tensor.device() == master.device(),
      "the ", name, " must be contiguous, of the shape and on the device of the parameter, ",
      master.sizes(), "; it is ", tensor.sizes());
  TORCH_CHECK(
      mustBeFloat ? tensor.scalar_type() == at::kFloat : at::isFloatingType(tensor.scalar_type()), "the ",
      name, " has the element type ", tensor.scalar_type());
}

}  // namespace

}  // namespace ctorch

using namespace ctorch;

bool ct_adam_step(
    ct_tensor *master, ct_tensor *first_moment, ct_tensor *second_moment, const ct_tensor *gradient,
    ct_tensor *copy, ct_adam_options options) {
  return succeeds([&] {
    const at::NoGradGuard noGradients;
    TORCH_CHECK(options.step >= 1, "Adam counts its steps from 1");
    checkLike(master->value, master->value, "parameter", true);
    checkLike(master->value, first_moment->value, "first moment", true);
    checkLike(master->value, second_moment->value, "second moment", true);
    checkLike(master->value, gradient->value, "gradient", false);
    if (copy) checkLike(master->value, copy->value, "copy", false);
    reference::adamStep(
        master->value, first_moment->value, second_moment->value, gradient->value, orUndefined(copy),
        options);
  });
}

bool ct_sgd_step(
    ct_tensor *master, ct_tensor *momentum_buffer, const ct_tensor *gradient, ct_tensor *copy,
    ct_sgd_options options) {
  return succeeds([&] {
    const at::NoGradGuard noGradients;
    TORCH_CHECK(options.momentum == 0 || momentum_buffer, "SGD with momentum needs its buffer");
    checkLike(master->value, master->value, "parameter", true);
    if (momentum_buffer) checkLike(master->value, momentum_buffer->value, "momentum buffer", true);
    checkLike(master->value, gradient->value, "gradient", false);
    if (copy) checkLike(master->value, copy->value, "copy", false);
    reference::sgdStep(
        master->value, orUndefined(momentum_buffer), gradient->value, orUndefined(copy), options);
  });
}

bool ct_sum_of_squares(const ct_tensor *const *gradients, size_t count, double *result) {
  return succeeds([&] {
    const at::NoGradGuard noGradients;
    double sum = 0;
    for (size_t i = 0; i < count; ++i) {
      if (!gradients[i]) continue;
      const at::Tensor wide = gradients[i]->value.to(at::kDouble);
      sum += (wide * wide).sum().item<double>();
    }
    *result = sum;
  });
}

bool ct_accumulate(ct_tensor *accumulator, const ct_tensor *gradient, double scale) {
  return succeeds([&] {
    const at::NoGradGuard noGradients;
    checkLike(accumulator->value, accumulator->value, "accumulator", true);
    checkLike(accumulator->value, gradient->value, "gradient", false);
    accumulator->value.add_(gradient->value.to(at::kFloat), scale);
  });
}

bool ct_cast_copy(ct_tensor *destination, const ct_tensor *source) {
  return succeeds([&] {
    const at::NoGradGuard noGradients;
    checkLike(destination->value, destination->value, "destination", false);
    checkLike(destination->value, source->value, "source", false);
    destination->value.copy_(source->value);
  });
}
