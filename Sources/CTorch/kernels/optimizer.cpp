// Optimiser steps over all parameters at once: what a caller can get wrong is checked, and the path chosen.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <vector>

#include "../guarded.h"
#include "ctorch/optimizer.h"
#include "moment_codes.h"
#include "moment_reference.h"
#include "optimizer_reference.h"
#include "optimizer_work.h"
#include "reference_switch.h"

namespace ctorch {

namespace {

using reference::OptimizerTensors;

void checkShape(const at::Tensor &master, const at::Tensor &tensor, const char *name) {
  TORCH_CHECK(
      tensor.sizes() == master.sizes() && tensor.is_contiguous() && tensor.device() == master.device(), "the ", name,
      " must be contiguous, of the shape and on the device of the parameter, ", master.sizes(), "; it is ",
      tensor.sizes());
}

/// That a tensor of the state has the master's shape and device, is contiguous and float32.
void checkState(const at::Tensor &master, const at::Tensor &tensor, const char *name) {
  checkShape(master, tensor, name);
  TORCH_CHECK(
      tensor.scalar_type() == at::kFloat, "the ", name, " must be float32, not ", tensor.scalar_type());
}

void checkGradient(const at::Tensor &master, const at::Tensor &gradient) {
  TORCH_CHECK(
      gradient.sizes() == master.sizes() && gradient.device() == master.device(),
      "the gradient must have the shape and device of the parameter, ", master.sizes(), "; it is ", gradient.sizes());
  TORCH_CHECK(
      at::isFloatingType(gradient.scalar_type()), "the gradient has the element type ", gradient.scalar_type());
}

void checkCopy(const at::Tensor &master, const at::Tensor &copy) {
  TORCH_CHECK(
      copy.sizes() == master.sizes() && copy.is_contiguous() && copy.device() == master.device() &&
          at::isFloatingType(copy.scalar_type()),
      "the copy must be a contiguous floating tensor of the parameter's shape, ", master.sizes(), "; it is ",
      copy.sizes());
}

/// Whether the kernels handle the tensors; a copy must be bfloat16.
bool hasStepKernel(const at::Tensor &gradient, const at::Tensor &copy) {
  return hasKernel(gradient, {copy}) && (!copy.defined() || copy.scalar_type() == at::kBFloat16);
}

/// The tensors for the plain path.
template <typename Parameter>
OptimizerTensors tensorsOf(const Parameter &parameter) {
  OptimizerTensors tensors;
  tensors.master = parameter.master->value;
  tensors.gradient = parameter.gradient->value;
  if (holdsRows(tensors.gradient)) tensors.gradient = tensors.gradient.to_dense();
  tensors.copy = orUndefined(parameter.copy);
  tensors.weightDecay = parameter.weight_decay;
  return tensors;
}

template <typename Parameter>
void checkParameter(const Parameter &parameter) {
  TORCH_CHECK(
      std::isfinite(parameter.rate_factor) && parameter.rate_factor >= 0,
      "the factor of a learning rate must be 0 or more, not ", parameter.rate_factor);
  const at::Tensor &master = parameter.master->value;
  checkState(master, master, "parameter");
  checkGradient(master, parameter.gradient->value);
  if (parameter.copy) checkCopy(master, parameter.copy->value);
}

// Adam

void checkMoment(const at::Tensor &master, const at::Tensor &moment, const at::Tensor &scales, const char *name) {
  const auto type = moment.scalar_type();
  TORCH_CHECK(
      type == at::kFloat || type == at::kBFloat16 || type == at::kByte, "the ", name,
      " moment must be float32, bfloat16 or uint8, not ", type);
  checkShape(master, moment, name);
  TORCH_CHECK(
      scales.defined() == (type == at::kByte), "moments have scales when they are uint8, and only then; the ", name,
      " is ", type);
  if (!scales.defined()) return;
  TORCH_CHECK(
      scales.scalar_type() == at::kFloat && scales.dim() == 1 && scales.is_contiguous() &&
          scales.size(0) == momentBlocks(master.numel()) && scales.device() == master.device(),
      "the scales of the ", name, " moment must be a float32 vector of ", momentBlocks(master.numel()), " elements");
}

void checkAdam(const ct_adam_parameter &parameter, const ct_adam_options &options) {
  checkParameter(parameter);
  TORCH_CHECK(
      parameter.steps_before >= 0 && parameter.steps_before < options.step, "step ", options.step,
      " cannot come after ", parameter.steps_before, " steps without the parameter");
  const at::Tensor &master = parameter.master->value;
  checkMoment(master, parameter.first_moment->value, orUndefined(parameter.first_scales), "first");
  checkMoment(master, parameter.second_moment->value, orUndefined(parameter.second_scales), "second");
  const at::Tensor &first = parameter.first_moment->value, &second = parameter.second_moment->value;
  TORCH_CHECK(
      first.scalar_type() == second.scalar_type(), "the moments must have one element type, not ", first.scalar_type(),
      " and ", second.scalar_type());
  if (!parameter.moved_rows) return;
  const at::Tensor &moved = parameter.moved_rows->value;
  TORCH_CHECK(
      moved.scalar_type() == at::kByte && moved.dim() == 1 && moved.is_contiguous() && master.dim() >= 1 &&
          moved.size(0) == master.size(0) && moved.device() == master.device(),
      "the moved rows must be a uint8 vector of the parameter's rows");
}

// SGD

void checkSgd(const ct_sgd_parameter &parameter, const ct_sgd_options &options) {
  checkParameter(parameter);
  TORCH_CHECK(options.momentum == 0 || parameter.momentum_buffer, "SGD with momentum needs its buffer");
  if (parameter.momentum_buffer)
    checkState(parameter.master->value, parameter.momentum_buffer->value, "momentum buffer");
}

/// Splits parameters into those with kernels and the others, each checked before any is moved.
template <typename Parameter, typename Check, typename Other>
std::vector<Parameter> withKernels(
    const Parameter *parameters, size_t count, const Check &check, const Other &withoutKernel) {
  for (size_t i = 0; i < count; ++i) check(parameters[i]);
  std::vector<Parameter> result;
  for (size_t i = 0; i < count; ++i) {
    const Parameter &parameter = parameters[i];
    if (hasStepKernel(parameter.gradient->value, orUndefined(parameter.copy))) {
      result.push_back(parameter);
    } else {
      withoutKernel(parameter);
    }
  }
  return result;
}

}  // namespace

}  // namespace ctorch

using namespace ctorch;

bool ct_adam_step(const ct_adam_parameter *parameters, size_t count, ct_adam_options options) {
  return succeeds([&] {
    const at::NoGradGuard noGradients;
    TORCH_CHECK(options.step >= 1, "Adam counts its steps from 1");
    const auto check = [&](const ct_adam_parameter &parameter) { checkAdam(parameter, options); };
    const auto plain = [&](const ct_adam_parameter &parameter) {
      const ct_adam_options own = optionsOf(parameter, options);
      OptimizerTensors tensors = tensorsOf(parameter);
      const reference::StoredMoment first{
          parameter.first_moment->value, orUndefined(parameter.first_scales), firstMomentCode};
      const reference::StoredMoment second{
          parameter.second_moment->value, orUndefined(parameter.second_scales), secondMomentCode};
      tensors.firstMoment = reference::widened(first);
      tensors.secondMoment = reference::widened(second);
      reference::adamStep(tensors, own);
      const uint32_t key = noiseKey(parameter.place, own.step);
      reference::store(first, tensors.firstMoment, key, 0);
      reference::store(second, tensors.secondMoment, key, 16);
      if (parameter.moved_rows) parameter.moved_rows->value.fill_(1);
    };
    runAdam(withKernels(parameters, count, check, plain), options);
  });
}

int64_t ct_moment_scales(int64_t elements) { return momentBlocks(elements); }

ct_tensor *ct_moved_rows(const ct_tensor *first_moment, const ct_tensor *second_moment) {
  return guarded([&] {
    const at::Tensor &first = first_moment->value, &second = second_moment->value;
    TORCH_CHECK(
        first.dim() >= 1 && first.sizes() == second.sizes(), "the moments of one parameter have one shape; these have ",
        first.sizes(), " and ", second.sizes());
    for (const at::Tensor &moment : {first, second})
      TORCH_CHECK(
          moment.scalar_type() == at::kFloat || moment.scalar_type() == at::kBFloat16,
          "rows are followed for moments of float32 or bfloat16, not ", moment.scalar_type());
    // Compared as bits: -0 is not what a row begins with.
    const auto moved = [](const at::Tensor &moment) {
      const bool isFloat = moment.scalar_type() == at::kFloat;
      return moment.view(isFloat ? at::kInt : at::kShort).ne(0).reshape({moment.size(0), -1}).any(1);
    };
    return moved(first).logical_or(moved(second)).to(at::kByte);
  });
}

bool ct_sgd_step(const ct_sgd_parameter *parameters, size_t count, ct_sgd_options options) {
  return succeeds([&] {
    const at::NoGradGuard noGradients;
    const auto check = [&](const ct_sgd_parameter &parameter) { checkSgd(parameter, options); };
    const auto plain = [&](const ct_sgd_parameter &parameter) {
      OptimizerTensors tensors = tensorsOf(parameter);
      tensors.momentumBuffer = orUndefined(parameter.momentum_buffer);
      reference::sgdStep(tensors, optionsOf(parameter, options));
    };
    runSgd(withKernels(parameters, count, check, plain), options);
  });
}
