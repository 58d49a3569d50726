// Dropout alone, on the CPU.
#include "rows.h"

namespace ctorch::fused {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

at::Tensor drop(const at::Tensor &x, const ct_dropout_key &key) {
  const DropoutMask mask(key);
  const at::Tensor input = x.contiguous(), output = emptyLike(input);
  const int64_t columns = columnsOf(x);
  const auto kernel = kernels().dropout[elementIndex(x)];
  forPiecesOfRows(rowsOf(x), columns, [&](int64_t first, int64_t last) {
    kernel(constData(input), data(output), columns, mask, first, last);
  });
  return output;
}

struct Dropout : torch::autograd::Function<Dropout> {
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &x, const ct_dropout_key &key) {
    saveKey(context, key);
    return drop(x, key);
  }

  static tensor_list backward(AutogradContext *context, tensor_list gradients) {
    return {drop(gradients[0], savedKey(context)), at::Tensor()};
  }
};

}  // namespace

at::Tensor dropout(const at::Tensor &x, const ct_dropout_key &key) {
  if (!DropoutMask(key).removesAny() || x.numel() == 0) return x.alias();
  return needsGradient(x) ? Dropout::apply(x, key) : drop(x, key);
}

}  // namespace ctorch::fused
