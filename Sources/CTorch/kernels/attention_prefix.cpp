// Attention over one packed projection with the same keys and values before each sequence's own.
//
// The queries are read where the projection has them, and their gradient is written there: only keys and values are
// laid out anew.
#include <torch/csrc/autograd/custom_function.h>

#include "attention.h"
#include "attention_passes.h"
#include "fused.h"
#include "prefix.h"
#include "saved_options.h"

namespace ctorch::fused {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

/// The inputs of the passes: queries of the packed projection, keys and values as they were laid out.
AttentionInputs inputsOf(
    const at::Tensor &packed, const at::Tensor &both, int64_t heads, int64_t keyHeads,
    const at::Tensor &boundaries, const at::Tensor &keyBoundaries) {
  return {
      packed.narrow(1, 0, heads), both.narrow(1, 0, keyHeads), both.narrow(1, keyHeads, keyHeads),
      boundaries, keyBoundaries};
}

struct PrefixedAttention : torch::autograd::Function<PrefixedAttention> {
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &packed, const at::Tensor &prefix,
      const MaybeTensor &biasTable, const at::Tensor &boundaries, int64_t heads, int64_t keyHeads,
      AttentionOptions options) {
    options.biasTable = orUndefined(biasTable);
    const at::Tensor both = layOut(packed.narrow(1, heads, 2 * keyHeads), prefix, boundaries);
    const at::Tensor keyBoundaries = prefixedBoundaries(boundaries, prefix.size(0));
    at::Tensor logSumExp;
    const at::Tensor output = attentionForward(
        inputsOf(packed, both, heads, keyHeads, boundaries, keyBoundaries), options, &logSumExp);
    context->save_for_backward(
        {packed, both, boundaries, keyBoundaries, output, logSumExp, options.biasTable,
         options.slopes});
    context->saved_data["heads"] = heads;
    context->saved_data["keyHeads"] = keyHeads;
    context->saved_data["count"] = prefix.size(0);
    context->saved_data["wantsPrefix"] = prefix.requires_grad();
    saveOptions(context, options);
    return output;
  }

  static tensor_list backward(AutogradContext *context, tensor_list outputGradients) {
    const tensor_list saved = context->get_saved_variables();
    const int64_t heads = context->saved_data["heads"].toInt();
    const int64_t keyHeads = context->saved_data["keyHeads"].toInt();
    const int64_t count = context->saved_data["count"].toInt();
    const at::Tensor packed = saved[0].detach(), both = saved[1], boundaries = saved[2];
    const at::Tensor gradient = at::empty(packed.sizes(), packed.options());
    const at::Tensor bothGradient = at::empty(both.sizes(), both.options());
    AttentionGradients gradients{
        gradient.narrow(1, 0, heads), bothGradient.narrow(1, 0, keyHeads),
        bothGradient.narrow(1, keyHeads, keyHeads), at::Tensor()};
    attentionBackward(
        inputsOf(packed, both, heads, keyHeads, boundaries, saved[3]),
        savedOptions(context, saved[6], saved[7]), saved[4], saved[5],
        outputGradients[0].contiguous(), context->saved_data["wantsTable"].toBool(), gradients);
    copyOwnRows(bothGradient, count, boundaries, gradient.narrow(1, heads, 2 * keyHeads));
    const at::Tensor prefixGradient = context->saved_data["wantsPrefix"].toBool()
                                          ? sumOfPrefixes(bothGradient, count, boundaries)
                                          : at::Tensor();
    return {gradient,     prefixGradient, gradients.biasTable, at::Tensor(),
            at::Tensor(), at::Tensor(),   at::Tensor()};
  }
};

}  // namespace

at::Tensor prefixedAttention(
    const at::Tensor &packed, int64_t heads, int64_t keyHeads, const at::Tensor &prefix,
    const at::Tensor &boundaries, const AttentionOptions &options) {
  const at::Tensor whole = withWholeRows(packed), before = prefix.contiguous();
  if (needsGradient(whole, before, options.biasTable))
    return PrefixedAttention::apply(
        whole, before, maybe(options.biasTable), boundaries, heads, keyHeads, options);
  const at::Tensor both = layOut(whole.narrow(1, heads, 2 * keyHeads), before, boundaries);
  return attentionForward(
      inputsOf(
          whole, both, heads, keyHeads, boundaries, prefixedBoundaries(boundaries, before.size(0))),
      options, nullptr);
}

}  // namespace ctorch::fused
