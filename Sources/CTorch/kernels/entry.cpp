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
void checkBoundaries(const at::Tensor &boundaries, int64_t tokens, const char *of) {
      boundaries.scalar_type() == at::kInt && boundaries.dim() == 1 && boundaries.numel() >= 1 &&
          boundaries.device().is_cpu() && boundaries.is_contiguous(),
      "the boundaries of the ", of, " must be a contiguous int32 vector of at least one element on the CPU");
  const auto *starts = boundaries.const_data_ptr<int32_t>();
  const int64_t last = boundaries.numel() - 1;
      starts[0] == 0 && starts[last] == tokens, "the boundaries of the ", of, " go from ", starts[0],
      " to ", starts[last], "; they must go from 0 to the number of tokens, ", tokens);
  for (int64_t i = 0; i < last; ++i)
        starts[i] <= starts[i + 1], "the boundaries of the ", of, " decrease at sequence ", i);
void checkAttention(
    const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
    const at::Tensor &queryBoundaries, const at::Tensor &keyBoundaries) {
      query.dim() == 3 && key.dim() == 3 && value.dim() == 3,
      "attention takes queries, keys and values of shape [tokens, heads, size]");
      query.size(2) == key.size(2) && key.sizes() == value.sizes() && key.size(1) > 0 &&
          query.size(1) % key.size(1) == 0,
      "queries ", query.sizes(), ", keys ", key.sizes(), " and values ", value.sizes(),
      " do not fit: one head size, as many values as keys, query heads a multiple of key heads");
      query.scalar_type() == key.scalar_type() && key.scalar_type() == value.scalar_type(),
      "queries, keys and values must have one element type");
  checkBoundaries(queryBoundaries, query.size(0), "queries");
  checkBoundaries(keyBoundaries, key.size(0), "keys");
      queryBoundaries.numel() == keyBoundaries.numel(), "there are ", queryBoundaries.numel() - 1,
      " sequences of queries and ", keyBoundaries.numel() - 1, " of keys");
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
