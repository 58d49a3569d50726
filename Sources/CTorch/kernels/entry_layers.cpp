// The C entry points of norms, activations and rotary embeddings.
#include <memory>

#include "../guarded.h"
#include "activations.h"
#include "checks.h"
#include "norms.h"
#include "reference_switch.h"
#include "rotary.h"

namespace ctorch {

namespace {

void checkActivation(ct_activation activation) {
  TORCH_CHECK(
      activation >= ct_activation_gelu && activation <= ct_activation_tanh,
      "there is no activation number ", int64_t(activation));
}

/// The handles as tensors, found to fit.
NormInputs checkedNorm(
    const ct_tensor *x, const ct_tensor *xBias, const ct_tensor *residual, const ct_tensor *weight,
    const ct_tensor *bias, const ct_norm_options &options) {
  checkDropout(options.dropout);
  const NormInputs inputs{
      x->value, orUndefined(xBias), orUndefined(residual), weight->value, orUndefined(bias)};
  TORCH_CHECK(inputs.x.dim() >= 1, "a norm takes a tensor of at least one dimension");
  TORCH_CHECK(
      !residual || (inputs.residual.sizes() == inputs.x.sizes() &&
                    inputs.residual.scalar_type() == inputs.x.scalar_type()),
      "the residual must have the input's shape and element type");
  const int64_t size = inputs.x.size(-1);
  checkVector(inputs.xBias, size, "input's bias");
  checkVector(inputs.weight, size, "norm's weight");
  checkVector(inputs.bias, size, "norm's bias");
  return inputs;
}

NormOutputs residualNorm(const NormInputs &inputs, const ct_norm_options &options, bool wantsSum) {
  const bool own = hasKernel(inputs.x, {inputs.xBias, inputs.residual, inputs.weight, inputs.bias});
  return (own ? fused::residualNorm : reference::residualNorm)(inputs, options, wantsSum);
}

/// Tables and positions, found to fit x.
Rotation checkedRotation(
    const at::Tensor &x, const at::Tensor &positions, const at::Tensor &cosines,
    const at::Tensor &sines, int64_t rotatedHeads, bool interleaved) {
  TORCH_CHECK(
      x.dim() == 3, "a rotary embedding takes a tensor of shape [tokens, heads, size], not ", x.sizes());
  TORCH_CHECK(
      cosines.dim() == 2 && cosines.sizes() == sines.sizes() && cosines.is_floating_point() &&
          sines.is_floating_point(),
      "the cosines ", cosines.sizes(), " and sines ", sines.sizes(),
      " must be two floating matrices of one shape [positions, pairs]");
  TORCH_CHECK(
      2 * cosines.size(1) <= x.size(2), "tables of ", cosines.size(1), " pairs rotate ",
      2 * cosines.size(1), " elements; the heads have ", x.size(2));
  TORCH_CHECK(
      rotatedHeads >= 0 && rotatedHeads <= x.size(1), rotatedHeads, " heads are to be rotated, of ",
      x.size(1));
  return {
      checkedIndices(positions, x.size(0), cosines, "positions"), cosines.detach(), sines.detach(),
      rotatedHeads, interleaved};
}

}  // namespace

}  // namespace ctorch

using namespace ctorch;

ct_tensor *ct_bias_activation(const ct_tensor *x, const ct_tensor *bias, ct_activation activation) {
  return guarded([&] {
    checkActivation(activation);
    TORCH_CHECK(x->value.dim() >= 1, "an activation takes a tensor of at least one dimension");
    const at::Tensor added = orUndefined(bias);
    checkVector(added, x->value.size(-1), "bias");
    const bool own = hasKernel(x->value, {added});
    return (own ? fused::biasActivation : reference::biasActivation)(x->value, added, activation);
  });
}

ct_tensor *ct_gated_activation(const ct_tensor *gate, const ct_tensor *up, ct_activation activation) {
  return guarded([&] {
    checkActivation(activation);
    const at::Tensor &gating = gate->value, gated = orUndefined(up);
    TORCH_CHECK(gating.dim() >= 1, "a gated activation takes tensors of at least one dimension");
    if (up) {
      TORCH_CHECK(
          gating.sizes() == gated.sizes() && gating.scalar_type() == gated.scalar_type(),
          "the gate ", gating.sizes(), " and what it gates ", gated.sizes(),
          " must have one shape and one element type");
    } else {
      TORCH_CHECK(
          gating.size(-1) % 2 == 0, "a gate and what it gates cannot be halves of ", gating.sizes());
    }
    const bool own = hasKernel(gating, {gated});
    return (own ? fused::gatedActivation : reference::gatedActivation)(gating, gated, activation);
  });
}

ct_tensor *ct_residual_norm(
    const ct_tensor *x, const ct_tensor *x_bias, const ct_tensor *residual, const ct_tensor *weight,
    const ct_tensor *bias, ct_norm_options options) {
  return guarded([&] {
    return residualNorm(checkedNorm(x, x_bias, residual, weight, bias, options), options, false).y;
  });
}

bool ct_residual_pre_norm(
    const ct_tensor *x, const ct_tensor *x_bias, const ct_tensor *residual, const ct_tensor *weight,
    const ct_tensor *bias, ct_norm_options options, ct_tensor **sum, ct_tensor **normalised) {
  return succeeds([&] {
    const NormOutputs outputs =
        residualNorm(checkedNorm(x, x_bias, residual, weight, bias, options), options, true);
    auto first = std::make_unique<ct_tensor>(ct_tensor{outputs.sum});
    *normalised = new ct_tensor{outputs.y};
    *sum = first.release();
  });
}

ct_tensor *ct_rotary_embedding(
    const ct_tensor *x, const ct_tensor *positions, const ct_tensor *cosines, const ct_tensor *sines,
    int64_t rotated_heads, bool interleaved) {
  return guarded([&] {
    const Rotation rotation = checkedRotation(
        x->value, positions->value, cosines->value, sines->value, rotated_heads, interleaved);
    const bool own = hasKernel(x->value, {rotation.positions, rotation.cosines, rotation.sines});
    return (own ? fused::rotaryEmbedding : reference::rotaryEmbedding)(x->value, rotation);
  });
}
