// Optimiser steps over all parameters at once: what a caller can get wrong is checked, and the path chosen.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <vector>

#include "../guarded.h"
#include "ctorch/optimizer.h"
#include "optimizer_reference.h"
#include "optimizer_work.h"
#include "reference_switch.h"

namespace ctorch {

namespace {

using reference::OptimizerTensors;

/// That a tensor of the state has the master's shape and device, is contiguous and float32.
void checkState(const at::Tensor &master, const at::Tensor &tensor, const char *name) {
  TORCH_CHECK(
      tensor.sizes() == master.sizes() && tensor.is_contiguous() && tensor.device() == master.device(), "the ", name,
      " must be contiguous, of the shape and on the device of the parameter, ", master.sizes(), "; it is ",
      tensor.sizes());
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
  const at::Tensor &master = parameter.master->value;
  checkState(master, master, "parameter");
  checkGradient(master, parameter.gradient->value);
  if (parameter.copy) checkCopy(master, parameter.copy->value);
}

// Adam

void checkAdam(const ct_adam_parameter &parameter) {
  checkParameter(parameter);
  const at::Tensor &master = parameter.master->value;
  checkState(master, parameter.first_moment->value, "first moment");
  checkState(master, parameter.second_moment->value, "second moment");
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
    const auto plain = [&](const ct_adam_parameter &parameter) {
      OptimizerTensors tensors = tensorsOf(parameter);
      tensors.firstMoment = parameter.first_moment->value;
      tensors.secondMoment = parameter.second_moment->value;
      reference::adamStep(tensors, options);
      if (parameter.moved_rows) parameter.moved_rows->value.fill_(1);
    };
    runAdam(withKernels(parameters, count, checkAdam, plain), options);
  });
}

ct_tensor *ct_moved_rows(const ct_tensor *first_moment, const ct_tensor *second_moment) {
  return guarded([&] {
    const at::Tensor &first = first_moment->value, &second = second_moment->value;
    TORCH_CHECK(
        first.dim() >= 1 && first.sizes() == second.sizes(), "the moments of one parameter have one shape; these have ",
        first.sizes(), " and ", second.sizes());
    // Compared as bits: -0 is not what a row begins with.
    const auto moved = [](const at::Tensor &moment) {
      return moment.view(at::kInt).ne(0).reshape({moment.size(0), -1}).any(1);
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
      reference::sgdStep(tensors, options);
    };
    runSgd(withKernels(parameters, count, check, plain), options);
  });
}
