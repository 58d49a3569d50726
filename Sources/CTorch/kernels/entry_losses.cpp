// The C entry points of the losses.
#include "../guarded.h"
#include "losses.h"
#include "reference_switch.h"

namespace ctorch {

namespace {

void checkOptions(const ct_loss_options &options) {
  TORCH_CHECK(
      options.smoothing >= 0 && options.smoothing <= 1, "the label smoothing is ", options.smoothing,
      "; it must be from 0 to 1");
  TORCH_CHECK(
      options.reduction >= 0 && options.reduction <= 2, "there is no reduction number ",
      options.reduction);
}

/// The targets as contiguous int64, found to be ignored or classes.
at::Tensor checkedTargets(
    const at::Tensor &targets, int64_t rows, int64_t classes, int64_t ignored) {
  TORCH_CHECK(classes > 0, "cross-entropy needs at least one class");
  TORCH_CHECK(
      targets.scalar_type() == at::kLong || targets.scalar_type() == at::kInt,
      "the targets must be int64 or int32");
  TORCH_CHECK(
      targets.dim() == 1 && targets.size(0) == rows, "the targets have shape ", targets.sizes(),
      "; it must be [", rows, "]");
  const at::Tensor wide = targets.to(at::kLong).contiguous();
  if (!wide.device().is_cpu()) return wide;
  const auto *values = wide.const_data_ptr<int64_t>();
  for (int64_t row = 0; row < rows; ++row)
    TORCH_CHECK(
        values[row] == ignored || (values[row] >= 0 && values[row] < classes), "target ", values[row],
        " of row ", row, " is none of the ", classes, " classes, and not ", ignored,
        ", which is ignored");
  return wide;
}

void checkLinear(const at::Tensor &hidden, const at::Tensor &weight, const at::Tensor &bias) {
  TORCH_CHECK(
      hidden.dim() == 2 && weight.dim() == 2 && hidden.size(1) == weight.size(1), "hidden states ",
      hidden.sizes(), " and a weight ", weight.sizes(),
      " do not fit: they must be [rows, size] and [classes, size]");
  TORCH_CHECK(
      !bias.defined() || (bias.dim() == 1 && bias.size(0) == weight.size(0)), "the bias has shape ",
      bias.defined() ? bias.sizes() : at::IntArrayRef(), "; it must be [", weight.size(0), "]");
  TORCH_CHECK(
      hidden.scalar_type() == weight.scalar_type() &&
          (!bias.defined() || bias.scalar_type() == weight.scalar_type()),
      "hidden states, weight and bias must have one element type");
}

}  // namespace

}  // namespace ctorch

using namespace ctorch;

ct_tensor *ct_fused_cross_entropy(
    const ct_tensor *logits, const ct_tensor *targets, ct_loss_options options) {
  return guarded([&] {
    const at::Tensor &scores = logits->value;
    checkOptions(options);
    TORCH_CHECK(scores.dim() == 2, "the logits have shape ", scores.sizes(), "; it must be [rows, classes]");
    const at::Tensor wanted =
        checkedTargets(targets->value, scores.size(0), scores.size(1), options.ignored);
    const bool own = hasKernel(scores, {wanted});
    return (own ? fused::crossEntropy : reference::crossEntropy)(scores, wanted, options);
  });
}

ct_tensor *ct_linear_cross_entropy(
    const ct_tensor *hidden, const ct_tensor *weight, const ct_tensor *bias, const ct_tensor *targets,
    ct_loss_options options, int64_t logits_at_once) {
  return guarded([&] {
    const at::Tensor &states = hidden->value, &table = weight->value, added = orUndefined(bias);
    checkOptions(options);
    checkLinear(states, table, added);
    const at::Tensor wanted =
        checkedTargets(targets->value, states.size(0), table.size(0), options.ignored);
    if (hasKernel(states, {table, added, wanted}))
      return fused::linearCrossEntropy(states, table, added, wanted, options, logits_at_once);
    return reference::linearCrossEntropy(states, table, added, wanted, options);
  });
}
