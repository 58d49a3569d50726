// Ragged attention on the CPU: work shared out by sequence and head, and its derivative.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "fused.h"
#include "parallel.h"

namespace ctorch::fused {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

/// Queries a forward task takes at most: keys are packed once for all of them.
constexpr int64_t queriesOfTask = 256;

HeadsView view(const at::Tensor &tensor) {
  return {tensor.mutable_data_ptr(), tensor.stride(0), tensor.stride(1)};
}

at::Tensor lastContiguous(const at::Tensor &tensor) {
  return tensor.stride(-1) == 1 || tensor.size(-1) <= 1 ? tensor : tensor.contiguous();
}

struct Inputs {
  at::Tensor query, key, value, queryBoundaries, keyBoundaries;
};

AttentionCall makeCall(const Inputs &inputs, const ct_attention_options &options) {
  AttentionCall call;
  call.query = view(inputs.query);
  call.key = view(inputs.key);
  call.value = view(inputs.value);
  call.queryStarts = inputs.queryBoundaries.const_data_ptr<int32_t>();
  call.keyStarts = inputs.keyBoundaries.const_data_ptr<int32_t>();
  call.tokens = inputs.query.size(0);
  call.heads = inputs.query.size(1);
  call.keyHeads = inputs.key.size(1);
  call.size = inputs.query.size(2);
  call.scale = float(options.scale);
  call.causal = options.causal;
  call.mask = DropoutMask(options.dropout);
  return call;
}

/// The sequences, the ones with most work first: the threads then finish together.
std::vector<int32_t> sequencesByWork(const AttentionCall &call, int64_t count, int64_t &work) {
  std::vector<int32_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  const auto scores = [&](int32_t i) {
    return int64_t(call.queryStarts[i + 1] - call.queryStarts[i]) *
           (call.keyStarts[i + 1] - call.keyStarts[i]);
  };
  work = 0;
  for (int32_t i : order) work += scores(i);
  work *= call.heads * std::max<int64_t>(1, call.size / 16);
  std::stable_sort(
      order.begin(), order.end(), [&](int32_t a, int32_t b) { return scores(a) > scores(b); });
  return order;
}

at::Tensor forward(
    const Inputs &inputs, const ct_attention_options &options, at::Tensor *logSumExp) {
  const at::Tensor output = at::empty(inputs.query.sizes(), inputs.query.options());
  AttentionCall call = makeCall(inputs, options);
  call.output = view(output);
  if (logSumExp) {
    *logSumExp = at::empty({call.heads, call.tokens}, output.options().dtype(at::kFloat));
    call.logSumExp = logSumExp->mutable_data_ptr<float>();
  }
  int64_t work;
  std::vector<AttentionTask> tasks;
  for (int32_t sequence : sequencesByWork(call, inputs.queryBoundaries.numel() - 1, work)) {
    const int64_t queries = call.queryStarts[sequence + 1] - call.queryStarts[sequence];
    for (int64_t first = 0; first < queries; first += queriesOfTask)
      for (int64_t head = 0; head < call.heads; ++head)
        tasks.push_back(
            {sequence, int32_t(head), int32_t(first),
             int32_t(std::min(queriesOfTask, queries - first))});
  }
  const auto kernel = kernels().attentionForward[elementIndex(output)];
  parallelTasks(
      int64_t(tasks.size()), work, [&](int64_t task) { kernel(call, tasks[size_t(task)]); });
  return output;
}

struct Gradients {
  at::Tensor query, key, value;
};

void backward(
    const Inputs &inputs, const ct_attention_options &options, const at::Tensor &output,
    const at::Tensor &logSumExp, const at::Tensor &outputGradient, const Gradients &gradients) {
  AttentionCall call = makeCall(inputs, options);
  call.output = view(output);
  call.outputGradient = view(outputGradient);
  call.queryGradient = view(gradients.query);
  call.keyGradient = view(gradients.key);
  call.valueGradient = view(gradients.value);
  call.logSumExp = logSumExp.mutable_data_ptr<float>();
  int64_t work;
  const auto order = sequencesByWork(call, inputs.queryBoundaries.numel() - 1, work);
  const auto kernel = kernels().attentionBackward[elementIndex(output)];
  parallelTasks(int64_t(order.size()) * call.keyHeads, work, [&](int64_t task) {
    kernel(call, {order[size_t(task / call.keyHeads)], int32_t(task % call.keyHeads), 0, 0});
  });
}

void saveOptions(AutogradContext *context, const ct_attention_options &options) {
  context->saved_data["scale"] = options.scale;
  context->saved_data["causal"] = options.causal;
  context->saved_data["rate"] = options.dropout.rate;
  context->saved_data["seed"] = int64_t(options.dropout.seed);
  context->saved_data["place"] = int64_t(options.dropout.place);
}

ct_attention_options savedOptions(AutogradContext *context) {
  return {
      context->saved_data["scale"].toDouble(),
      context->saved_data["causal"].toBool(),
      {context->saved_data["rate"].toDouble(), uint64_t(context->saved_data["seed"].toInt()),
       uint64_t(context->saved_data["place"].toInt())}};
}

struct Attention : torch::autograd::Function<Attention> {
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &query, const at::Tensor &key,
      const at::Tensor &value, const at::Tensor &queryBoundaries, const at::Tensor &keyBoundaries,
      const ct_attention_options &options) {
    at::Tensor logSumExp;
    const at::Tensor output = fused::forward(
        {query, key, value, queryBoundaries, keyBoundaries}, options, &logSumExp);
    context->save_for_backward(
        {query, key, value, queryBoundaries, keyBoundaries, output, logSumExp});
    saveOptions(context, options);
    return output;
  }

  static tensor_list backward(AutogradContext *context, tensor_list outputGradients) {
    const tensor_list saved = context->get_saved_variables();
    const Inputs inputs{saved[0], saved[1], saved[2], saved[3], saved[4]};
    const Gradients gradients{
        at::empty(inputs.query.sizes(), inputs.query.options()),
        at::empty(inputs.key.sizes(), inputs.key.options()),
        at::empty(inputs.value.sizes(), inputs.value.options())};
    fused::backward(
        inputs, savedOptions(context), saved[5], saved[6], outputGradients[0].contiguous(), gradients);
    return {gradients.query, gradients.key, gradients.value, at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

/// Queries, keys and values of a packed projection.
Gradients slices(const at::Tensor &packed, int64_t heads, int64_t keyHeads) {
  return {
      packed.narrow(1, 0, heads), packed.narrow(1, heads, keyHeads),
      packed.narrow(1, heads + keyHeads, keyHeads)};
}

struct PackedAttention : torch::autograd::Function<PackedAttention> {
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &packed, const at::Tensor &boundaries,
      int64_t heads, int64_t keyHeads, const ct_attention_options &options) {
    at::Tensor logSumExp;
    const Gradients parts = slices(packed, heads, keyHeads);
    const at::Tensor output = fused::forward(
        {parts.query, parts.key, parts.value, boundaries, boundaries}, options, &logSumExp);
    context->save_for_backward({packed, boundaries, output, logSumExp});
    context->saved_data["heads"] = heads;
    context->saved_data["keyHeads"] = keyHeads;
    saveOptions(context, options);
    return output;
  }

  static tensor_list backward(AutogradContext *context, tensor_list outputGradients) {
    const tensor_list saved = context->get_saved_variables();
    const int64_t heads = context->saved_data["heads"].toInt();
    const int64_t keyHeads = context->saved_data["keyHeads"].toInt();
    const Gradients parts = slices(saved[0].detach(), heads, keyHeads);
    const at::Tensor gradient = at::empty(saved[0].sizes(), saved[0].options());
    fused::backward(
        {parts.query, parts.key, parts.value, saved[1], saved[1]}, savedOptions(context), saved[2],
        saved[3], outputGradients[0].contiguous(), slices(gradient, heads, keyHeads));
    return {gradient, at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

}  // namespace

at::Tensor raggedAttention(
    const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
    const at::Tensor &queryBoundaries, const at::Tensor &keyBoundaries,
    const ct_attention_options &options) {
  const at::Tensor q = lastContiguous(query), k = lastContiguous(key), v = lastContiguous(value);
  if (!needsGradient(q, k, v))
    return forward({q, k, v, queryBoundaries, keyBoundaries}, options, nullptr);
  return Attention::apply(q, k, v, queryBoundaries, keyBoundaries, options);
}

at::Tensor raggedAttention(
    const at::Tensor &packed, int64_t heads, int64_t keyHeads, const at::Tensor &boundaries,
    const ct_attention_options &options) {
  const at::Tensor whole = lastContiguous(packed);
  if (!needsGradient(whole)) {
    const Gradients parts = slices(whole, heads, keyHeads);
    return forward({parts.query, parts.key, parts.value, boundaries, boundaries}, options, nullptr);
  }
  return PackedAttention::apply(whole, boundaries, heads, keyHeads, options);
}

}  // namespace ctorch::fused
