// Norms, activations and rotary embeddings in libtorch's own operations.
#include "activations.h"
#include "norms.h"
#include "reference.h"
#include "rotary.h"

namespace ctorch::reference {

namespace {

at::Tensor activated(const at::Tensor &x, ct_activation activation) {
  switch (activation) {
    case ct_activation_gelu: return at::gelu(x);
    case ct_activation_gelu_tanh: return at::gelu(x, "tanh");
    case ct_activation_quick_gelu: return x * at::sigmoid(x * 1.702);
    case ct_activation_relu: return at::relu(x);
    case ct_activation_relu_squared: return at::relu(x).square();
    case ct_activation_silu: return at::silu(x);
    case ct_activation_tanh: return at::tanh(x);
  }
  TORCH_CHECK(false, "there is no activation number ", int64_t(activation));
}

}  // namespace

at::Tensor biasActivation(const at::Tensor &x, const at::Tensor &bias, ct_activation activation) {
  const auto type = computing(x);
  at::Tensor sum = x.to(type);
  if (bias.defined()) sum = sum + bias.to(type);
  return activated(sum, activation).to(x.scalar_type());
}

at::Tensor gatedActivation(const at::Tensor &gate, const at::Tensor &up, ct_activation activation) {
  if (!up.defined()) {
    const std::vector<at::Tensor> halves = gate.chunk(2, -1);
    return gatedActivation(halves[0], halves[1], activation);
  }
  const auto type = computing(gate);
  return (activated(gate.to(type), activation) * up.to(type)).to(gate.scalar_type());
}

NormOutputs residualNorm(const NormInputs &inputs, const ct_norm_options &options, bool wantsSum) {
  const auto type = computing(inputs.x), own = inputs.x.scalar_type();
  at::Tensor sum = inputs.x.to(type);
  if (inputs.xBias.defined()) sum = sum + inputs.xBias.to(type);
  sum = dropout(sum, options.dropout);
  if (inputs.residual.defined()) sum = sum + inputs.residual.to(type);
  at::Tensor centred = sum;
  if (!options.root_mean_square) centred = sum - sum.mean(-1, true);
  const at::Tensor deviation = (centred.square().mean(-1, true) + options.epsilon).sqrt();
  at::Tensor y = centred / deviation * inputs.weight.to(type);
  if (inputs.bias.defined()) y = y + inputs.bias.to(type);
  return {wantsSum ? sum.to(own) : at::Tensor(), y.to(own)};
}

at::Tensor rotaryEmbedding(const at::Tensor &x, const Rotation &rotation) {
  const auto type = computing(x);
  const int64_t pairs = rotation.cosines.size(1), size = x.size(2);
  const auto factors = [&](const at::Tensor &table) {
    return table.to(type).index_select(0, rotation.positions).unsqueeze(1);  // [tokens, 1, pairs]
  };
  const at::Tensor cosine = factors(rotation.cosines), sine = factors(rotation.sines);
  const at::Tensor turned = x.narrow(1, 0, rotation.rotatedHeads);
  const at::Tensor part = turned.narrow(2, 0, 2 * pairs).to(type);
  const auto half = [&](int64_t which) {
    return rotation.interleaved ? part.slice(2, which, 2 * pairs, 2) : part.narrow(2, which * pairs, pairs);
  };
  const at::Tensor a = half(0), b = half(1);
  const at::Tensor first = a * cosine - b * sine, second = b * cosine + a * sine;
  const at::Tensor rotated = rotation.interleaved ? at::stack({first, second}, -1).flatten(2)
                                                  : at::cat({first, second}, 2);
  const at::Tensor whole =
      at::cat({rotated.to(x.scalar_type()), turned.narrow(2, 2 * pairs, size - 2 * pairs)}, 2);
  const int64_t others = x.size(1) - rotation.rotatedHeads;
  return at::cat({whole, x.narrow(1, rotation.rotatedHeads, others)}, 1).contiguous();
}

}  // namespace ctorch::reference
