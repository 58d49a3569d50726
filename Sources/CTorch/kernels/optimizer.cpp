// Optimiser steps and the arithmetic around them, over tensors that need no gradient.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <vector>

#include "../guarded.h"
#include "ctorch/kernels.h"
#include "fused.h"
#include "parallel.h"
#include "reference.h"
#include "reference_switch.h"

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

/// Elements of a piece of work, and of a partial sum.
constexpr int64_t pieceElements = 1 << 15;

/// Whether the kernel handles the tensors; a copy must be bfloat16.
bool hasStepKernel(const at::Tensor &gradient, const at::Tensor &copy) {
  return hasKernel(gradient, {copy}) && (!copy.defined() || copy.scalar_type() == at::kBFloat16);
}

void adamStep(
    const at::Tensor &master, const at::Tensor &first, const at::Tensor &second,
    const at::Tensor &gradient, const at::Tensor &copy, const ct_adam_options &options) {
  const double correction1 = 1 - std::pow(options.beta1, double(options.step));
  const double correction2 = 1 - std::pow(options.beta2, double(options.step));
  const AdamCall call{
      .master = master.mutable_data_ptr<float>(),
      .first = first.mutable_data_ptr<float>(),
      .second = second.mutable_data_ptr<float>(),
      .gradient = fused::constData(gradient),
      .copy = fused::data(copy),
      .learningRateTimesDecay = float(options.learning_rate * options.weight_decay),
      .decay = float(options.weight_decay),
      .oneMinusBeta1 = float(1 - options.beta1),
      .beta2 = float(options.beta2),
      .oneMinusBeta2 = float(1 - options.beta2),
      .inverseCorrection2 = float(1 / std::sqrt(correction2)),
      .epsilon = float(options.epsilon),
      .stepSize = float(options.learning_rate / correction1),
      .gradientScale = float(options.gradient_scale),
      .decoupled = options.decoupled};
  const auto kernel = kernels().adam[fused::elementIndex(gradient)];
  parallelPieces(master.numel(), pieceElements, master.numel(), [&](int64_t from, int64_t to) {
    kernel(call, from, to);
  });
}

void sgdStep(
    const at::Tensor &master, const at::Tensor &buffer, const at::Tensor &gradient,
    const at::Tensor &copy, const ct_sgd_options &options) {
  const SgdCall call{
      .master = master.mutable_data_ptr<float>(),
      .buffer = options.momentum != 0 ? buffer.mutable_data_ptr<float>() : nullptr,
      .gradient = fused::constData(gradient),
      .copy = fused::data(copy),
      .learningRate = float(options.learning_rate),
      .momentum = float(options.momentum),
      .oneMinusDampening = float(1 - options.dampening),
      .decay = float(options.weight_decay),
      .gradientScale = float(options.gradient_scale),
      .nesterov = options.nesterov,
      .firstStep = options.first_step};
  const auto kernel = kernels().sgd[fused::elementIndex(gradient)];
  parallelPieces(master.numel(), pieceElements, master.numel(), [&](int64_t from, int64_t to) {
    kernel(call, from, to);
  });
}

/// The sum over one tensor, in pieces added up in their order.
double sumOfSquares(const at::Tensor &gradient) {
  if (!hasKernel(gradient)) {
    const at::Tensor wide = gradient.to(at::kDouble);
    return (wide * wide).sum().item<double>();
  }
  const at::Tensor whole = gradient.contiguous();
  const char *const from = static_cast<const char *>(whole.const_data_ptr());
  const int64_t count = whole.numel(), elementSize = int64_t(whole.element_size());
  std::vector<double> partial(size_t((count + pieceElements - 1) / pieceElements));
  const auto kernel = kernels().sumOfSquares[fused::elementIndex(whole)];
  parallelPieces(count, pieceElements, count, [&](int64_t first, int64_t last) {
    partial[size_t(first / pieceElements)] = kernel(from + first * elementSize, last - first);
  });
  double sum = 0;
  for (double part : partial) sum += part;
  return sum;
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
    const at::Tensor copied = orUndefined(copy);
    if (hasStepKernel(gradient->value, copied)) {
      adamStep(
          master->value, first_moment->value, second_moment->value, gradient->value, copied, options);
    } else {
      reference::adamStep(
          master->value, first_moment->value, second_moment->value, gradient->value, copied, options);
    }
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
    const at::Tensor buffer = orUndefined(momentum_buffer), copied = orUndefined(copy);
    if (hasStepKernel(gradient->value, copied)) {
      sgdStep(master->value, buffer, gradient->value, copied, options);
    } else {
      reference::sgdStep(master->value, buffer, gradient->value, copied, options);
    }
  });
}

bool ct_sum_of_squares(const ct_tensor *const *gradients, size_t count, double *result) {
  return succeeds([&] {
    const at::NoGradGuard noGradients;
    double sum = 0;
    for (size_t i = 0; i < count; ++i) {
      if (!gradients[i]) continue;
      TORCH_CHECK(
          at::isFloatingType(gradients[i]->value.scalar_type()), "gradient ", i,
          " has the element type ", gradients[i]->value.scalar_type());
      sum += sumOfSquares(gradients[i]->value);
    }
    *result = sum;
  });
}

bool ct_accumulate(ct_tensor *accumulator, const ct_tensor *gradient, double scale) {
  return succeeds([&] {
    const at::NoGradGuard noGradients;
    checkLike(accumulator->value, accumulator->value, "accumulator", true);
    checkLike(accumulator->value, gradient->value, "gradient", false);
    const at::Tensor &sum = accumulator->value, &added = gradient->value;
    if (!hasKernel(added)) {
      sum.add_(added.to(at::kFloat), scale);
      return;
    }
    float *const to = sum.mutable_data_ptr<float>();
    const char *const from = static_cast<const char *>(added.const_data_ptr());
    const int64_t elementSize = int64_t(added.element_size());
    const auto kernel = kernels().accumulate[fused::elementIndex(added)];
    parallelPieces(sum.numel(), pieceElements, sum.numel(), [&](int64_t first, int64_t last) {
      kernel(to + first, from + first * elementSize, float(scale), last - first);
    });
  });
}

bool ct_cast_copy(ct_tensor *destination, const ct_tensor *source) {
  return succeeds([&] {
    const at::NoGradGuard noGradients;
    checkLike(destination->value, destination->value, "destination", false);
    checkLike(destination->value, source->value, "source", false);
    const at::Tensor &to = destination->value, &from = source->value;
    const bool widens = to.scalar_type() == at::kFloat && from.scalar_type() == at::kBFloat16;
    const bool narrows = to.scalar_type() == at::kBFloat16 && from.scalar_type() == at::kFloat;
    if (!(widens || narrows) || !hasKernel(from, {to})) {
      to.copy_(from);
      return;
    }
    const KernelTable &table = kernels();
    parallelPieces(to.numel(), pieceElements, to.numel(), [&](int64_t first, int64_t last) {
      if (widens) {
        table.widen(
            from.const_data_ptr<at::BFloat16>() + first, to.mutable_data_ptr<float>() + first,
            last - first);
      } else {
        table.narrow(
            from.const_data_ptr<float>() + first, to.mutable_data_ptr<at::BFloat16>() + first,
            last - first);
      }
    });
  });
}
