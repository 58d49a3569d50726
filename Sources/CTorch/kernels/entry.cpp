// The C entry points of the kernels: they check what a caller can get wrong, and choose the path.
#include "ctorch/kernels.h"

#include <utility>

#include "../guarded.h"
#include "checks.h"
#include "fused.h"
#include "reference.h"
#include "reference_switch.h"

namespace ctorch {

namespace {

thread_local bool referenceKernels = false;

void checkVector(const at::Tensor &vector, int64_t size, const char *name) {
  TORCH_CHECK(
      !vector.defined() || (vector.dim() == 1 && vector.size(0) == size), "the ", name, " has shape ",
      vector.sizes(), "; it must be [", size, "]");
}

/// The indices as contiguous int64, found to lie in their table.
at::Tensor checkedIndices(
    const at::Tensor &indices, int64_t count, const at::Tensor &table, const char *of) {
  TORCH_CHECK(
      indices.scalar_type() == at::kLong || indices.scalar_type() == at::kInt, "the ", of,
      " must be int64 or int32");
  TORCH_CHECK(
      indices.dim() == 1 && indices.size(0) == count, "the ", of, " have shape ", indices.sizes(),
      "; it must be [", count, "]");
  TORCH_CHECK(table.defined() && table.dim() == 2, "the table of the ", of, " must be a matrix");
  const at::Tensor wide = indices.to(at::kLong).contiguous();
  if (!wide.device().is_cpu()) return wide;
  const auto *values = wide.const_data_ptr<int64_t>();
  for (int64_t i = 0; i < count; ++i)
    TORCH_CHECK(
        values[i] >= 0 && values[i] < table.size(0), "index ", values[i], " at place ", i, " of the ",
        of, " is outside the table of ", table.size(0), " rows");
  return wide;
}

}  // namespace

void checkDropout(const ct_dropout_key &key) {
  TORCH_CHECK(
      key.rate >= 0 && key.rate < 1, "the dropout rate is ", key.rate,
      "; it must be at least 0 and less than 1");
}

bool usesReferenceKernels() noexcept { return referenceKernels; }

}  // namespace ctorch

using namespace ctorch;

bool ct_use_reference_kernels(bool use) { return std::exchange(referenceKernels, use); }

ct_tensor *ct_dropout(const ct_tensor *x, ct_dropout_key dropout) {
  return guarded([&] {
    checkDropout(dropout);
    TORCH_CHECK(x->value.dim() >= 1, "dropout takes a tensor of at least one dimension");
    return hasKernel(x->value) ? fused::dropout(x->value, dropout)
                               : reference::dropout(x->value, dropout);
  });
}

ct_tensor *ct_dropout_residual_layer_norm(
    const ct_tensor *x, const ct_tensor *x_bias, const ct_tensor *residual, const ct_tensor *weight,
    const ct_tensor *bias, double epsilon, ct_dropout_key dropout) {
  return guarded([&] {
    checkDropout(dropout);
    const at::Tensor &input = x->value;
    TORCH_CHECK(input.dim() >= 1, "layer norm takes a tensor of at least one dimension");
    TORCH_CHECK(
        !residual || (residual->value.sizes() == input.sizes() &&
                      residual->value.scalar_type() == input.scalar_type()),
        "the residual must have the input's shape and element type");
    const int64_t size = input.size(-1);
    checkVector(orUndefined(x_bias), size, "input's bias");
    checkVector(weight->value, size, "norm's weight");
    checkVector(bias->value, size, "norm's bias");
    const at::Tensor xBias = orUndefined(x_bias), added = orUndefined(residual);
    return (hasKernel(input, {xBias, added, weight->value, bias->value})
                ? fused::dropoutResidualLayerNorm
                : reference::dropoutResidualLayerNorm)(
        input, xBias, added, weight->value, bias->value, epsilon, dropout);
  });
}

ct_tensor *ct_embedding_layer_norm(
    const ct_tensor *tokens, const ct_tensor *positions, const ct_tensor *segments,
    const ct_tensor *word_table, const ct_tensor *position_table, const ct_tensor *segment_table,
    const ct_tensor *weight, const ct_tensor *bias, double epsilon, ct_dropout_key dropout) {
  return guarded([&] {
    checkDropout(dropout);
    const at::Tensor &words = word_table->value;
    const int64_t count = tokens->value.numel();
    const at::Tensor ids = checkedIndices(tokens->value, count, words, "tokens");
    TORCH_CHECK(!positions == !position_table, "positions and their table go together");
    TORCH_CHECK(!segments || segment_table, "segments need their table");
    at::Tensor places, kinds;
    if (positions)
      places = checkedIndices(positions->value, count, position_table->value, "positions");
    if (segments) kinds = checkedIndices(segments->value, count, segment_table->value, "segments");
    for (const ct_tensor *table : {position_table, segment_table})
      TORCH_CHECK(
          !table || (table->value.size(1) == words.size(1) &&
                     table->value.scalar_type() == words.scalar_type()),
          "the embedding tables must have one width and one element type");
    checkVector(weight->value, words.size(1), "norm's weight");
    checkVector(bias->value, words.size(1), "norm's bias");
    const at::Tensor positionRows = orUndefined(position_table), segmentRows = orUndefined(segment_table);
    return (hasKernel(words, {ids, places, kinds, positionRows, segmentRows, weight->value, bias->value})
                ? fused::embeddingLayerNorm
                : reference::embeddingLayerNorm)(
        ids, places, kinds, words, positionRows, segmentRows, weight->value, bias->value, epsilon,
        dropout);
  });
}

ct_tensor *ct_bias_gelu(const ct_tensor *x, const ct_tensor *bias, bool tanh_form) {
  return guarded([&] {
    TORCH_CHECK(x->value.dim() >= 1, "GELU takes a tensor of at least one dimension");
    checkVector(orUndefined(bias), x->value.size(-1), "bias");
    const at::Tensor added = orUndefined(bias);
    return hasKernel(x->value, {added}) ? fused::biasGelu(x->value, added, tanh_form)
                                        : reference::biasGelu(x->value, added, tanh_form);
  });
}
