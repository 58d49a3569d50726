#include "ctorch/autograd.h"

#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>

#include <memory>
#include <vector>

#include "guarded.h"

using ctorch::guarded;
using ctorch::succeeds;

bool ct_set_requires_gradient(ct_tensor *tensor, bool value) {
  return succeeds([&] { tensor->value.set_requires_grad(value); });
}
bool ct_requires_gradient(const ct_tensor *tensor) { return tensor->value.requires_grad(); }
ct_tensor *ct_detach(const ct_tensor *tensor) { return guarded([&] { return tensor->value.detach(); }); }
ct_tensor *ct_gradient(const ct_tensor *tensor) {
  const auto &gradient = tensor->value.grad();
  return gradient.defined() ? guarded([&] { return gradient; }) : nullptr;
}
bool ct_set_gradient(ct_tensor *tensor, const ct_tensor *gradient) {
  return succeeds([&] { tensor->value.mutable_grad() = ctorch::orUndefined(gradient); });
}
bool ct_backward(const ct_tensor *loss, const ct_tensor *gradient, bool keepsGraph) {
  return succeeds([&] {
    torch::autograd::backward({loss->value}, {ctorch::orUndefined(gradient)}, keepsGraph, /*create_graph=*/false);
  });
}
bool ct_gradients_of(const ct_tensor *output, const ct_tensor *const *inputs, size_t count, ct_tensor **results) {
  return succeeds([&] {
    std::vector<at::Tensor> list;
    for (size_t index = 0; index < count; index += 1) list.push_back(inputs[index]->value);
    auto gradients = torch::autograd::grad({output->value}, list, {at::Tensor()}, /*retain_graph=*/true,
                                           /*create_graph=*/false, /*allow_unused=*/true);
    std::vector<std::unique_ptr<ct_tensor>> made(count);
    for (size_t index = 0; index < count; index += 1) {
      if (gradients[index].defined()) made[index] = std::make_unique<ct_tensor>(ct_tensor{gradients[index]});
    }
    for (size_t index = 0; index < count; index += 1) results[index] = made[index].release();
  });
}

bool ct_set_recording(bool value) {
  bool before = c10::GradMode::is_enabled();
  c10::GradMode::set_enabled(value);
  return before;
}
bool ct_is_recording(void) { return c10::GradMode::is_enabled(); }

void *ct_inference_begin(void) {
  void *scope = nullptr;
  succeeds([&] { scope = new c10::InferenceMode(true); });
  return scope;
}
void ct_inference_end(void *scope) { delete static_cast<c10::InferenceMode *>(scope); }
