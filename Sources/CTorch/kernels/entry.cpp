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

}  // namespace

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

ct_tensor *ct_embedding_layer_norm(
    const ct_tensor *tokens, const ct_tensor *positions, const ct_tensor *segments,
    const ct_tensor *word_table, const ct_tensor *position_table, const ct_tensor *segment_table,
    const ct_tensor *weight, const ct_tensor *bias, int64_t word_padding, int64_t position_padding, double epsilon,
    ct_dropout_key dropout) {
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
        ids, places, kinds, words, positionRows, segmentRows, weight->value, bias->value,
        {word_padding, position_padding}, epsilon, dropout);
  });
}
