// Cross-entropy in libtorch's own operations.
#include "losses.h"
#include "reference.h"

namespace ctorch::reference {

at::Tensor crossEntropy(
    const at::Tensor &logits, const at::Tensor &targets, const ct_loss_options &options) {
  return at::cross_entropy_loss(
      logits.to(computing(logits)), targets, {}, options.reduction, options.ignored,
      options.smoothing);
}

at::Tensor linearCrossEntropy(
    const at::Tensor &hidden, const at::Tensor &weight, const at::Tensor &bias,
    const at::Tensor &targets, const ct_loss_options &options) {
  const auto added = bias.defined() ? std::optional<at::Tensor>(bias) : std::nullopt;
  return crossEntropy(at::linear(hidden, weight, added), targets, options);
}

}  // namespace ctorch::reference
