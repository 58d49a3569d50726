// Tensors as the element-wise operations see them: matrices whose rows are shared out.
#pragma once

#include <torch/csrc/autograd/custom_function.h>

#include "fused.h"
#include "parallel.h"

namespace ctorch::fused {

inline int64_t columnsOf(const at::Tensor &tensor) { return tensor.size(-1); }

inline int64_t rowsOf(const at::Tensor &tensor) {
  return tensor.numel() == 0 ? 0 : tensor.numel() / columnsOf(tensor);
}

inline at::Tensor emptyLike(const at::Tensor &tensor) {
  return at::empty(tensor.sizes(), tensor.options().requires_grad(false));
}

/// Runs `body(first, last)` over all rows in pieces, which do not depend on the threads.
template <typename Body>
void forPiecesOfRows(int64_t rows, int64_t columns, const Body &body) {
  parallelPieces(rows, rowsOfPiece(rows), rows * columns, body);
}

inline void saveKey(torch::autograd::AutogradContext *context, const ct_dropout_key &key) {
  context->saved_data["rate"] = key.rate;
  context->saved_data["seed"] = int64_t(key.seed);
  context->saved_data["place"] = int64_t(key.place);
}

inline ct_dropout_key savedKey(torch::autograd::AutogradContext *context) {
  return {
      context->saved_data["rate"].toDouble(), uint64_t(context->saved_data["seed"].toInt()),
      uint64_t(context->saved_data["place"].toInt())};
}

/// The element type of a vector's gradient, or -1 for one that is not there or frozen: it has none.
inline int64_t gradientType(const at::Tensor &vector) {
  return vector.defined() && vector.requires_grad() ? int64_t(vector.scalar_type()) : int64_t(-1);
}
inline int64_t gradientType(const MaybeTensor &vector) { return gradientType(orUndefined(vector)); }

}  // namespace ctorch::fused
