// The C entry points of attention: they check what a caller can get wrong, and choose the path.
#include "../guarded.h"
#include "attention.h"
#include "checks.h"
#include "ctorch/prefix.h"
#include "parallel.h"
#include "prefix.h"
#include "reference_switch.h"

namespace ctorch {

namespace {

void checkBoundaries(const at::Tensor &boundaries, int64_t tokens, const char *of) {
  TORCH_CHECK(
      boundaries.scalar_type() == at::kInt && boundaries.dim() == 1 && boundaries.numel() >= 1 &&
          boundaries.device().is_cpu() && boundaries.is_contiguous(),
      "the boundaries of the ", of, " must be a contiguous int32 vector of at least one element on the CPU");
  const auto *starts = boundaries.const_data_ptr<int32_t>();
  const int64_t last = boundaries.numel() - 1;
  TORCH_CHECK(
      starts[0] == 0 && starts[last] == tokens, "the boundaries of the ", of, " go from ", starts[0],
      " to ", starts[last], "; they must go from 0 to the number of tokens, ", tokens);
  for (int64_t i = 0; i < last; ++i)
    TORCH_CHECK(
        starts[i] <= starts[i + 1], "the boundaries of the ", of, " decrease at sequence ", i);
}

void checkAttention(
    const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
    const at::Tensor &queryBoundaries, const at::Tensor &keyBoundaries) {
  TORCH_CHECK(
      query.dim() == 3 && key.dim() == 3 && value.dim() == 3,
      "attention takes queries, keys and values of shape [tokens, heads, size]");
  TORCH_CHECK(
      query.size(2) == key.size(2) && key.sizes() == value.sizes() && key.size(1) > 0 &&
          query.size(1) % key.size(1) == 0,
      "queries ", query.sizes(), ", keys ", key.sizes(), " and values ", value.sizes(),
      " do not fit: one head size, as many values as keys, query heads a multiple of key heads");
  TORCH_CHECK(
      query.scalar_type() == key.scalar_type() && key.scalar_type() == value.scalar_type(),
      "queries, keys and values must have one element type");
  checkBoundaries(queryBoundaries, query.size(0), "queries");
  checkBoundaries(keyBoundaries, key.size(0), "keys");
  TORCH_CHECK(
      queryBoundaries.numel() == keyBoundaries.numel(), "there are ", queryBoundaries.numel() - 1,
      " sequences of queries and ", keyBoundaries.numel() - 1, " of keys");
}

/// The options with their tensors, found to fit so many query heads. The table becomes float32 or wider.
AttentionOptions checkedOptions(
    const ct_attention_options &options, const ct_tensor *biasTable, const ct_tensor *slopes,
    const at::Tensor &query) {
  checkDropout(options.dropout);
  TORCH_CHECK(!biasTable || !slopes, "attention takes a table of biases or slopes, not both");
  AttentionOptions checked{options.scale, options.causal, options.window, options.dropout, {}, {}};
  const auto ready = [&](const at::Tensor &tensor, const char *name) {
    TORCH_CHECK(at::isFloatingType(tensor.scalar_type()), "the ", name, " must be of a floating type");
    TORCH_CHECK(
        tensor.device() == query.device(), "the ", name, " must lie on the device of the queries");
    return tensor.to(tensor.scalar_type() == at::kDouble ? at::kDouble : at::kFloat).contiguous();
  };
  if (biasTable) {
    const at::Tensor &table = biasTable->value;
    TORCH_CHECK(
        table.dim() == 2 && table.size(0) == query.size(1) && table.size(1) % 2 == 1, "the biases have shape ",
        table.sizes(), "; it must be [", query.size(1), ", 2 * reach + 1]: a row a query head");
    checked.biasTable = ready(table, "table of biases");
  }
  if (slopes) {
    TORCH_CHECK(
        slopes->value.dim() == 1 && slopes->value.size(0) == query.size(1), "the slopes have shape ",
        slopes->value.sizes(), "; it must be [", query.size(1), "]: one a query head");
    checked.slopes = ready(slopes->value.detach(), "slopes");
  }
  return checked;
}

/// The table and slopes as the CPU's kernels read them.
AttentionOptions inFloat(AttentionOptions options) {
  if (options.biasTable.defined()) options.biasTable = options.biasTable.to(at::kFloat);
  if (options.slopes.defined()) options.slopes = options.slopes.to(at::kFloat);
  return options;
}

void checkPacked(const at::Tensor &packed, int64_t heads, int64_t keyHeads) {
  TORCH_CHECK(
      packed.dim() == 3 && heads > 0 && keyHeads > 0 && packed.size(1) == heads + 2 * keyHeads,
      "the packed projection has shape ", packed.sizes(), "; it must be [tokens, ",
      heads + 2 * keyHeads, ", size]");
}

/// Where there is no kernel of our own.
at::Tensor withoutKernel(
    const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
    const at::Tensor &queryBoundaries, const at::Tensor &keyBoundaries,
    const AttentionOptions &options) {
  if (!usesReferenceKernels()) {
    const at::Tensor result =
        cuda::raggedAttention(query, key, value, queryBoundaries, keyBoundaries, options);
    if (result.defined()) return result;
  }
  return reference::raggedAttention(query, key, value, queryBoundaries, keyBoundaries, options);
}

}  // namespace

}  // namespace ctorch

using namespace ctorch;

ct_tensor *ct_ragged_attention(
    const ct_tensor *query, const ct_tensor *key, const ct_tensor *value,
    const ct_tensor *query_boundaries, const ct_tensor *key_boundaries, const ct_tensor *bias_table,
    const ct_tensor *slopes, ct_attention_options options) {
  return guarded([&] {
    const at::Tensor &starts = query_boundaries->value;
    const at::Tensor &keyStarts = key_boundaries ? key_boundaries->value : starts;
    checkAttention(query->value, key->value, value->value, starts, keyStarts);
    const AttentionOptions checked = checkedOptions(options, bias_table, slopes, query->value);
    if (hasKernel(query->value, {key->value, value->value}))
      return fused::raggedAttention(
          query->value, key->value, value->value, starts, keyStarts, inFloat(checked));
    return withoutKernel(query->value, key->value, value->value, starts, keyStarts, checked);
  });
}

ct_tensor *ct_ragged_attention_packed(
    const ct_tensor *projected, int64_t heads, int64_t key_heads, const ct_tensor *boundaries,
    const ct_tensor *bias_table, const ct_tensor *slopes, ct_attention_options options) {
  return guarded([&] {
    const at::Tensor &packed = projected->value, &starts = boundaries->value;
    checkPacked(packed, heads, key_heads);
    const at::Tensor query = packed.narrow(1, 0, heads);
    const at::Tensor key = packed.narrow(1, heads, key_heads);
    const at::Tensor value = packed.narrow(1, heads + key_heads, key_heads);
    checkAttention(query, key, value, starts, starts);
    const AttentionOptions checked = checkedOptions(options, bias_table, slopes, query);
    if (hasKernel(packed))
      return fused::raggedAttention(packed, heads, key_heads, starts, inFloat(checked));
    return withoutKernel(query, key, value, starts, starts, checked);
  });
}

ct_tensor *ct_ragged_attention_prefixed(
    const ct_tensor *projected, int64_t heads, int64_t key_heads, const ct_tensor *prefix,
    const ct_tensor *boundaries, const ct_tensor *bias_table, const ct_tensor *slopes,
    ct_attention_options options) {
  return guarded([&] {
    const at::Tensor &packed = projected->value, &starts = boundaries->value;
    checkPacked(packed, heads, key_heads);
    const at::Tensor query = packed.narrow(1, 0, heads);
    const at::Tensor own = packed.narrow(1, heads, 2 * key_heads);
    checkPrefix(own, prefix->value, starts);
    const AttentionOptions checked = checkedOptions(options, bias_table, slopes, query);
    if (hasKernel(packed, {prefix->value}))
      return fused::prefixedAttention(
          packed, heads, key_heads, prefix->value, starts, inFloat(checked));
    const at::Tensor both = reference::prefixedRows(own, prefix->value, starts);
    return withoutKernel(
        query, both.narrow(1, 0, key_heads), both.narrow(1, key_heads, key_heads), starts,
        prefixedBoundaries(starts, prefix->value.size(0)), checked);
  });
}

bool ct_use_threads(bool use) { return useThreads(use); }
