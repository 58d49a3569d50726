// Rotary position embedding on the CPU; the way back is the rotation by the negative angle.
#include "rotary.h"

#include "rows.h"

namespace ctorch::fused {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

at::Tensor rotate(const at::Tensor &x, const Rotation &rotation, float direction) {
  // Slices of a projection are read where they lie.
  const at::Tensor input = x.stride(2) == 1 ? x : x.contiguous();
  const at::Tensor output = at::empty(x.sizes(), x.options().requires_grad(false));
  RotaryCall call;
  call.x = constData(input);
  call.tokenStride = input.stride(0);
  call.headStride = input.stride(1);
  call.y = data(output);
  call.positions = rotation.positions.const_data_ptr<int64_t>();
  call.cosines = floats(rotation.cosines);
  call.sines = floats(rotation.sines);
  call.heads = x.size(1);
  call.rotatedHeads = rotation.rotatedHeads;
  call.size = x.size(2);
  call.pairs = rotation.cosines.size(1);
  call.direction = direction;
  call.interleaved = rotation.interleaved;
  const auto kernel = kernels().rotary[elementIndex(x)];
  forPiecesOfRows(x.size(0), x.size(1) * x.size(2), [&](int64_t first, int64_t last) {
    kernel(call, first, last);
  });
  return output;
}

struct Rotary : torch::autograd::Function<Rotary> {
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &x, const Rotation &rotation) {
    // Not as saved variables, which a table made in inference mode may not become.
    context->saved_data["positions"] = rotation.positions;
    context->saved_data["cosines"] = rotation.cosines;
    context->saved_data["sines"] = rotation.sines;
    context->saved_data["rotatedHeads"] = rotation.rotatedHeads;
    context->saved_data["interleaved"] = rotation.interleaved;
    return rotate(x, rotation, 1);
  }

  static tensor_list backward(AutogradContext *context, tensor_list gradients) {
    const auto saved = [&](const char *name) { return context->saved_data[name].toTensor(); };
    const Rotation rotation{
        saved("positions"), saved("cosines"), saved("sines"),
        context->saved_data["rotatedHeads"].toInt(), context->saved_data["interleaved"].toBool()};
    return {rotate(gradients[0], rotation, -1), at::Tensor()};
  }
};

}  // namespace

at::Tensor rotaryEmbedding(const at::Tensor &x, const Rotation &given) {
  Rotation rotation = given;
  rotation.cosines = inFloat(given.cosines);
  rotation.sines = inFloat(given.sines);
  return needsGradient(x) ? Rotary::apply(x, rotation) : rotate(x, rotation, 1);
}

}  // namespace ctorch::fused
