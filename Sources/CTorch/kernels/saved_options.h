// The options of an attention between its two passes.
#pragma once

#include <torch/csrc/autograd/custom_function.h>

#include "attention.h"

namespace ctorch::fused {

inline void saveOptions(torch::autograd::AutogradContext *context, const AttentionOptions &options) {
  context->saved_data["scale"] = options.scale;
  context->saved_data["causal"] = options.causal;
  context->saved_data["window"] = options.window;
  context->saved_data["rate"] = options.dropout.rate;
  context->saved_data["seed"] = int64_t(options.dropout.seed);
  context->saved_data["place"] = int64_t(options.dropout.place);
  context->saved_data["wantsTable"] = options.biasTable.defined() && options.biasTable.requires_grad();
}

inline AttentionOptions savedOptions(
    torch::autograd::AutogradContext *context, const at::Tensor &biasTable, const at::Tensor &slopes) {
  return {
      context->saved_data["scale"].toDouble(),
      context->saved_data["causal"].toBool(),
      context->saved_data["window"].toInt(),
      {context->saved_data["rate"].toDouble(), uint64_t(context->saved_data["seed"].toInt()),
       uint64_t(context->saved_data["place"].toInt())},
      biasTable,
      slopes};
}

}  // namespace ctorch::fused
