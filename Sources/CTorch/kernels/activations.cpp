// Activations on the CPU, with the bias before them, and gated activations.
#include "activations.h"

#include "rows.h"

namespace ctorch::fused {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

/// Whether the backward pass finds the derivative in the result.
bool keepsResult(ct_activation activation) {
  return activation == ct_activation_relu || activation == ct_activation_tanh;
}

struct Activation {
  at::Tensor y, derivative;
};

Activation activate(
    const at::Tensor &x, const at::Tensor &bias, ct_activation activation, bool keep) {
  const at::Tensor input = x.contiguous(), vector = inFloat(bias);
  const Activation result{
      emptyLike(input), keep && !keepsResult(activation) ? emptyLike(input) : at::Tensor()};
  ActivationCall call;
  call.x = constData(input);
  call.bias = floats(vector);
  call.y = data(result.y);
  call.derivative = data(result.derivative);
  call.columns = columnsOf(input);
  call.activation = activation;
  const auto kernel = kernels().activationForward[elementIndex(x)];
  forPiecesOfRows(rowsOf(input), call.columns, [&](int64_t first, int64_t last) {
    kernel(call, first, last);
  });
  return result;
}

struct BiasActivation : torch::autograd::Function<BiasActivation> {
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &x, const MaybeTensor &bias,
      ct_activation activation) {
    const Activation result = activate(x, orUndefined(bias), activation, true);
    context->save_for_backward({keepsResult(activation) ? result.y : result.derivative});
    context->saved_data["bias"] = gradientType(bias);
    context->saved_data["activation"] = int64_t(activation);
    return result.y;
  }

  static tensor_list backward(AutogradContext *context, tensor_list gradients) {
    const at::Tensor kept = context->get_saved_variables()[0];
    const at::Tensor yGradient = gradients[0].contiguous(), xGradient = emptyLike(kept);
    const int64_t biasType = context->saved_data["bias"].toInt(), rows = rowsOf(kept);
    ActivationCall call;
    call.kept = constData(kept);
    call.yGradient = constData(yGradient);
    call.xGradient = data(xGradient);
    call.columns = columnsOf(kept);
    call.activation = ct_activation(context->saved_data["activation"].toInt());
    VectorGradients sums(biasType >= 0 ? rows : 0, call.columns, 1);
    const auto kernel = kernels().activationBackward[elementIndex(kept)];
    forPiecesOfRows(rows, call.columns, [&](int64_t first, int64_t last) {
      ActivationCall piece = call;
      if (biasType >= 0) piece.biasGradient = sums.piece(first, 0);
      kernel(piece, first, last);
    });
    return {
        xGradient, biasType >= 0 ? sums.total(0, at::ScalarType(biasType)) : at::Tensor(),
        at::Tensor()};
  }
};

/// Where an input of halves side by side has its second half; for inputs of their own, nowhere.
template <typename Pointer>
Pointer secondHalf(Pointer halves, const at::Tensor &tensor) {
  using Byte = std::conditional_t<std::is_const_v<std::remove_pointer_t<Pointer>>, const char, char>;
  return static_cast<Byte *>(halves) + columnsOf(tensor) / 2 * int64_t(tensor.element_size());
}

/// The call over contiguous inputs; `up` may be undefined.
GatedCall gatedCall(const at::Tensor &gate, const at::Tensor &up, ct_activation activation) {
  GatedCall call;
  call.gate = constData(gate);
  call.up = up.defined() ? constData(up) : secondHalf(constData(gate), gate);
  call.stride = columnsOf(gate);
  call.columns = up.defined() ? call.stride : call.stride / 2;
  call.activation = activation;
  return call;
}

at::Tensor gated(const at::Tensor &gate, const at::Tensor &up, ct_activation activation) {
  GatedCall call = gatedCall(gate, up, activation);
  std::vector<int64_t> shape = gate.sizes().vec();
  shape.back() = call.columns;
  const at::Tensor y = at::empty(shape, gate.options().requires_grad(false));
  call.y = data(y);
  const auto kernel = kernels().gatedForward[elementIndex(gate)];
  forPiecesOfRows(rowsOf(y), call.columns, [&](int64_t first, int64_t last) {
    kernel(call, first, last);
  });
  return y;
}

struct GatedActivation : torch::autograd::Function<GatedActivation> {
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &gate, const MaybeTensor &up,
      ct_activation activation) {
    context->save_for_backward({gate, orUndefined(up)});
    context->saved_data["activation"] = int64_t(activation);
    return gated(gate, orUndefined(up), activation);
  }

  static tensor_list backward(AutogradContext *context, tensor_list gradients) {
    const tensor_list saved = context->get_saved_variables();
    const at::Tensor &gate = saved[0], &up = saved[1];
    const at::Tensor yGradient = gradients[0].contiguous(), gateGradient = emptyLike(gate),
                     upGradient = up.defined() ? emptyLike(up) : at::Tensor();
    GatedCall call = gatedCall(gate, up, ct_activation(context->saved_data["activation"].toInt()));
    call.yGradient = constData(yGradient);
    call.gateGradient = data(gateGradient);
    call.upGradient = up.defined() ? data(upGradient) : secondHalf(data(gateGradient), gate);
    const auto kernel = kernels().gatedBackward[elementIndex(gate)];
    forPiecesOfRows(rowsOf(yGradient), call.columns, [&](int64_t first, int64_t last) {
      kernel(call, first, last);
    });
    return {gateGradient, upGradient, at::Tensor()};
  }
};

}  // namespace

at::Tensor biasActivation(const at::Tensor &x, const at::Tensor &bias, ct_activation activation) {
  return needsGradient(x, bias) ? BiasActivation::apply(x, maybe(bias), activation)
                                : activate(x, bias, activation, false).y;
}

at::Tensor gatedActivation(const at::Tensor &gate, const at::Tensor &up, ct_activation activation) {
  // Made contiguous outside, so that what is kept is what the kernels read.
  const at::Tensor first = gate.contiguous(), second = up.defined() ? up.contiguous() : up;
  return needsGradient(first, second) ? GatedActivation::apply(first, maybe(second), activation)
                                      : gated(first, second, activation);
}

}  // namespace ctorch::fused
