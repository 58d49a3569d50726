#include "ctorch/checkpoint.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <memory>

#include "guarded.h"

namespace ctorch {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

/// A computation of the caller's, released with the last reference.
struct Computation : torch::CustomClassHolder {
  explicit Computation(const ct_computation &functions) : functions(functions) {}
  ~Computation() override { functions.release(functions.context); }

  at::Tensor operator()(const at::Tensor &input) const {
    const ct_tensor handle{input};
    const std::unique_ptr<ct_tensor> result(functions.compute(functions.context, &handle));
    TORCH_CHECK(result, ct_last_error());
    return result->value;
  }

  ct_computation functions;
};

using SharedComputation = c10::intrusive_ptr<Computation>;

/// A result that was computed already; not a tensor by itself, which libtorch would take for an input.
struct Computed {
  at::Tensor value;
};

struct Checkpoint : torch::autograd::Function<Checkpoint> {
  /// `anchor` asks for a gradient so that the pass is recorded also when only parameters inside do.
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &input, const at::Tensor & /*anchor*/,
      const SharedComputation &computation, const Computed &computed) {
    context->save_for_backward({input});
    context->saved_data["computation"] = c10::IValue::make_capsule(computation);
    context->saved_data["inputNeedsGradient"] = input.requires_grad();
    return computed.value.defined() ? computed.value : (*computation)(input.detach());
  }

  static tensor_list backward(AutogradContext *context, tensor_list gradients) {
    const at::Tensor input = context->get_saved_variables()[0].detach();
    input.set_requires_grad(context->saved_data["inputNeedsGradient"].toBool());
    const auto capsule = context->saved_data["computation"].toCapsule();
    const auto &computation = static_cast<const Computation &>(*capsule);
    const at::AutoGradMode recording(true);
    const at::Tensor output = computation(input);
    if (output.requires_grad()) torch::autograd::backward({output}, {gradients[0]});
    return {input.grad(), at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

}  // namespace

}  // namespace ctorch

using namespace ctorch;

ct_tensor *ct_checkpointed(const ct_tensor *input, ct_computation computation) {
  return guarded([&] {
    const auto shared = c10::make_intrusive<Computation>(computation);
    if (!at::GradMode::is_enabled()) return (*shared)(input->value);
    Computed computed;
    if (!input->value.requires_grad()) {
      // Only the computation itself shows whether parameters inside it ask for gradients; if none does, there is
      // nothing to go back to.
      computed.value = (*shared)(input->value);
      if (!computed.value.requires_grad()) return computed.value;
      computed.value = computed.value.detach();
    }
    const at::Tensor anchor = at::empty({0}).set_requires_grad(true);
    return Checkpoint::apply(input->value, anchor, shared, computed);
  });
}

void ct_record_error(const char *message) { record(message, false); }
