// Ragged attention on the CPU as operations with a derivative.
#include "attention.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "attention_passes.h"
#include "fused.h"
#include "saved_options.h"

namespace ctorch::fused {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

at::Tensor lastContiguous(const at::Tensor &tensor) {
  return tensor.stride(-1) == 1 || tensor.size(-1) <= 1 ? tensor : tensor.contiguous();
}

struct Attention : torch::autograd::Function<Attention> {
  /// The table is an argument of its own: libtorch looks for gradients among the arguments.
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &query, const at::Tensor &key,
      const at::Tensor &value, const MaybeTensor &biasTable, const at::Tensor &queryBoundaries,
      const at::Tensor &keyBoundaries, AttentionOptions options) {
    options.biasTable = orUndefined(biasTable);
    at::Tensor logSumExp;
    const at::Tensor output =
        attentionForward({query, key, value, queryBoundaries, keyBoundaries}, options, &logSumExp);
    context->save_for_backward(
        {query, key, value, queryBoundaries, keyBoundaries, output, logSumExp, options.biasTable,
         options.slopes});
    saveOptions(context, options);
    return output;
  }

  static tensor_list backward(AutogradContext *context, tensor_list outputGradients) {
    const tensor_list saved = context->get_saved_variables();
    const AttentionInputs inputs{saved[0], saved[1], saved[2], saved[3], saved[4]};
    AttentionGradients gradients{
        at::empty(inputs.query.sizes(), inputs.query.options()),
        at::empty(inputs.key.sizes(), inputs.key.options()),
        at::empty(inputs.value.sizes(), inputs.value.options()), at::Tensor()};
    attentionBackward(
        inputs, savedOptions(context, saved[7], saved[8]), saved[5], saved[6],
        outputGradients[0].contiguous(), context->saved_data["wantsTable"].toBool(), gradients);
    return {gradients.query, gradients.key, gradients.value, gradients.biasTable,
            at::Tensor(),    at::Tensor(),  at::Tensor()};
  }
};

/// Queries, keys and values of a packed projection.
AttentionGradients slices(const at::Tensor &packed, int64_t heads, int64_t keyHeads) {
  return {
      packed.narrow(1, 0, heads), packed.narrow(1, heads, keyHeads),
      packed.narrow(1, heads + keyHeads, keyHeads), at::Tensor()};
}

AttentionInputs packedInputs(
    const at::Tensor &packed, int64_t heads, int64_t keyHeads, const at::Tensor &boundaries) {
  const AttentionGradients parts = slices(packed, heads, keyHeads);
  return {parts.query, parts.key, parts.value, boundaries, boundaries};
}

struct PackedAttention : torch::autograd::Function<PackedAttention> {
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &packed, const MaybeTensor &biasTable,
      const at::Tensor &boundaries, int64_t heads, int64_t keyHeads, AttentionOptions options) {
    options.biasTable = orUndefined(biasTable);
    at::Tensor logSumExp;
    const at::Tensor output =
        attentionForward(packedInputs(packed, heads, keyHeads, boundaries), options, &logSumExp);
    context->save_for_backward(
        {packed, boundaries, output, logSumExp, options.biasTable, options.slopes});
    context->saved_data["heads"] = heads;
    context->saved_data["keyHeads"] = keyHeads;
    saveOptions(context, options);
    return output;
  }

  static tensor_list backward(AutogradContext *context, tensor_list outputGradients) {
    const tensor_list saved = context->get_saved_variables();
    const int64_t heads = context->saved_data["heads"].toInt();
    const int64_t keyHeads = context->saved_data["keyHeads"].toInt();
    const at::Tensor gradient = at::empty(saved[0].sizes(), saved[0].options());
    AttentionGradients gradients = slices(gradient, heads, keyHeads);
    attentionBackward(
        packedInputs(saved[0].detach(), heads, keyHeads, saved[1]),
        savedOptions(context, saved[4], saved[5]), saved[2], saved[3],
        outputGradients[0].contiguous(), context->saved_data["wantsTable"].toBool(), gradients);
    return {gradient, gradients.biasTable, at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

}  // namespace

at::Tensor raggedAttention(
    const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
    const at::Tensor &queryBoundaries, const at::Tensor &keyBoundaries,
    const AttentionOptions &options) {
  const at::Tensor q = lastContiguous(query), k = lastContiguous(key), v = lastContiguous(value);
  if (!needsGradient(q, k, v, options.biasTable))
    return attentionForward({q, k, v, queryBoundaries, keyBoundaries}, options, nullptr);
  return Attention::apply(
      q, k, v, maybe(options.biasTable), queryBoundaries, keyBoundaries, options);
}

at::Tensor raggedAttention(
    const at::Tensor &packed, int64_t heads, int64_t keyHeads, const at::Tensor &boundaries,
    const AttentionOptions &options) {
  const at::Tensor whole = lastContiguous(packed);
  if (!needsGradient(whole, options.biasTable))
    return attentionForward(packedInputs(whole, heads, keyHeads, boundaries), options, nullptr);
  return PackedAttention::apply(
      whole, maybe(options.biasTable), boundaries, heads, keyHeads, options);
}

}  // namespace ctorch::fused
