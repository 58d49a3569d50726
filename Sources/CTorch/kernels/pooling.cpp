// Means and maxima over the tokens of each sequence, in one pass over memory in each direction.
#include "ctorch/pooling.h"

#include <torch/csrc/autograd/custom_function.h>

#include <type_traits>
#include <vector>

#include "../guarded.h"
#include "parallel.h"
#include "reference_switch.h"

namespace ctorch {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

/// Calls `body` with a null pointer to the element type of `x`, float32 or bfloat16.
template <typename Body>
void withElements(const at::Tensor &x, const Body &body) {
  if (x.scalar_type() == at::kFloat) body(static_cast<float *>(nullptr));
  else body(static_cast<at::BFloat16 *>(nullptr));
}

template <typename Body>
void forSequences(const at::Tensor &x, const at::Tensor &boundaries, const Body &body) {
  const int32_t *places = boundaries.const_data_ptr<int32_t>();
  parallelTasks(boundaries.numel() - 1, x.numel(), [&](int64_t sequence) {
    body(sequence, places[sequence], places[sequence + 1]);
  });
}

at::Tensor means(const at::Tensor &x, const at::Tensor &boundaries) {
  const int64_t width = x.size(1);
  const at::Tensor result =
      at::zeros({boundaries.numel() - 1, width}, x.options().dtype(at::kFloat).requires_grad(false));
  float *out = result.data_ptr<float>();
  withElements(x, [&](auto *element) {
    using Element = std::remove_pointer_t<decltype(element)>;
    const Element *in = x.const_data_ptr<Element>();
    forSequences(x, boundaries, [&](int64_t sequence, int64_t first, int64_t last) {
      float *sum = out + sequence * width;
      for (int64_t token = first; token < last; ++token)
        for (int64_t column = 0; column < width; ++column)
          sum[column] += float(in[token * width + column]);
      const float count = float(last - first);
      for (int64_t column = 0; column < width; ++column) sum[column] /= count;
    });
  });
  return result;
}

/// The maxima, and in `tokens` [N, H] int64 where each is.
at::Tensor maxima(const at::Tensor &x, const at::Tensor &boundaries, const at::Tensor &tokens) {
  const int64_t width = x.size(1);
  const at::Tensor result =
      at::empty({boundaries.numel() - 1, width}, x.options().dtype(at::kFloat).requires_grad(false));
  float *out = result.data_ptr<float>();
  int64_t *where = tokens.data_ptr<int64_t>();
  withElements(x, [&](auto *element) {
    using Element = std::remove_pointer_t<decltype(element)>;
    const Element *in = x.const_data_ptr<Element>();
    forSequences(x, boundaries, [&](int64_t sequence, int64_t first, int64_t last) {
      float *best = out + sequence * width;
      int64_t *place = where + sequence * width;
      for (int64_t column = 0; column < width; ++column) {
        best[column] = float(in[first * width + column]);
        place[column] = first;
      }
      for (int64_t token = first + 1; token < last; ++token) {
        for (int64_t column = 0; column < width; ++column) {
          const float value = float(in[token * width + column]);
          // What is not a number is passed on, not passed over.
          if (value > best[column] || (value != value && best[column] == best[column])) {
            best[column] = value;
            place[column] = token;
          }
        }
      }
    });
  });
  return result;
}

struct Mean : torch::autograd::Function<Mean> {
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &x, const at::Tensor &boundaries) {
    context->saved_data["boundaries"] = boundaries;
    context->saved_data["type"] = int64_t(x.scalar_type());
    return means(x, boundaries);
  }

  static tensor_list backward(AutogradContext *context, tensor_list gradients) {
    const at::Tensor boundaries = context->saved_data["boundaries"].toTensor();
    const at::Tensor given = gradients[0].contiguous();
    const int64_t width = given.size(1);
    const int64_t count = boundaries.const_data_ptr<int32_t>()[boundaries.numel() - 1];
    const at::Tensor result = at::empty(
        {count, width}, given.options().dtype(at::ScalarType(context->saved_data["type"].toInt())));
    const float *in = given.const_data_ptr<float>();
    withElements(result, [&](auto *element) {
      using Element = std::remove_pointer_t<decltype(element)>;
      Element *out = result.data_ptr<Element>();
      forSequences(result, boundaries, [&](int64_t sequence, int64_t first, int64_t last) {
        const float share = 1 / float(last - first);
        for (int64_t token = first; token < last; ++token)
          for (int64_t column = 0; column < width; ++column)
            out[token * width + column] = Element(in[sequence * width + column] * share);
      });
    });
    return {result, at::Tensor()};
  }
};

struct Maximum : torch::autograd::Function<Maximum> {
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &x, const at::Tensor &boundaries) {
    const at::Tensor tokens = at::empty(
        {boundaries.numel() - 1, x.size(1)}, x.options().dtype(at::kLong).requires_grad(false));
    const at::Tensor result = maxima(x, boundaries, tokens);
    context->saved_data["tokens"] = tokens;
    context->saved_data["count"] = x.size(0);
    context->saved_data["type"] = int64_t(x.scalar_type());
    return result;
  }

  static tensor_list backward(AutogradContext *context, tensor_list gradients) {
    const at::Tensor given = gradients[0].to(at::ScalarType(context->saved_data["type"].toInt()));
    const at::Tensor result =
        at::zeros({context->saved_data["count"].toInt(), given.size(1)}, given.options());
    result.scatter_(0, context->saved_data["tokens"].toTensor(), given);
    return {result, at::Tensor()};
  }
};

at::Tensor kernel(const at::Tensor &x, const at::Tensor &boundaries, ct_pooling pooling) {
  const at::Tensor input = x.contiguous();
  return pooling == ct_pooling_mean ? Mean::apply(input, boundaries)
                                    : Maximum::apply(input, boundaries);
}

/// The same in libtorch's operations, in float32 or wider.
at::Tensor reference(const at::Tensor &x, const at::Tensor &boundaries, ct_pooling pooling) {
  const at::Tensor wide = x.scalar_type() == at::kDouble ? x : x.to(at::kFloat);
  const int32_t *places = boundaries.const_data_ptr<int32_t>();
  std::vector<at::Tensor> rows;
  for (int64_t sequence = 0; sequence + 1 < boundaries.numel(); ++sequence) {
    const at::Tensor part = wide.slice(0, places[sequence], places[sequence + 1]);
    rows.push_back(pooling == ct_pooling_mean ? part.mean(0) : std::get<0>(part.max(0)));
  }
  return rows.empty() ? wide.new_empty({0, wide.size(1)}) : at::stack(rows);
}

void check(const at::Tensor &x, const at::Tensor &boundaries, ct_pooling pooling) {
  TORCH_CHECK(
      pooling == ct_pooling_mean || pooling == ct_pooling_maximum, "there is no pooling number ",
      int64_t(pooling));
  TORCH_CHECK(
      x.dim() == 2 && x.is_floating_point(),
      "pooling takes a floating tensor of shape [tokens, width], not ", x.sizes());
  TORCH_CHECK(
      boundaries.dim() == 1 && boundaries.numel() >= 1 && boundaries.scalar_type() == at::kInt &&
          boundaries.device().is_cpu() && boundaries.is_contiguous(),
      "the boundaries of sequences are a vector of int32 on the CPU");
  const int32_t *places = boundaries.const_data_ptr<int32_t>();
  bool ascends = places[0] == 0 && places[boundaries.numel() - 1] == x.size(0);
  for (int64_t place = 1; place < boundaries.numel(); ++place)
    ascends = ascends && places[place - 1] < places[place];
  TORCH_CHECK(
      ascends, "the boundaries of sequences must ascend from 0 to their ", x.size(0), " tokens");
}

}  // namespace

}  // namespace ctorch

using namespace ctorch;

ct_tensor *ct_pool_sequences(const ct_tensor *x, const ct_tensor *boundaries, ct_pooling pooling) {
  return guarded([&] {
    check(x->value, boundaries->value, pooling);
    return (hasKernel(x->value) ? kernel : reference)(x->value, boundaries->value, pooling);
  });
}
