// The fused operations on tensors that have a kernel (see `hasKernel`), differentiable.
#pragma once

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <optional>

#include "ctorch/kernels.h"
#include "kernel_table.h"
#include "padding_rows.h"

namespace ctorch::fused {

at::Tensor dropout(const at::Tensor &x, const ct_dropout_key &key);

/// Indices are int64 and contiguous.
at::Tensor embeddingLayerNorm(
    const at::Tensor &tokens, const at::Tensor &positions, const at::Tensor &segments,
    const at::Tensor &words, const at::Tensor &positionTable, const at::Tensor &segmentTable,
    const at::Tensor &weight, const at::Tensor &bias, const PaddingRows &padding, double epsilon,
    const ct_dropout_key &key);

/// Which column of a table's pairs a tensor takes.
inline int elementIndex(const at::Tensor &tensor) {
  return int(tensor.scalar_type() == at::kBFloat16 ? Element::bfloat16 : Element::float32);
}

/// Whether any of them asks for a gradient now.
template <typename... Tensors>
bool needsGradient(const Tensors &...tensors) {
  return at::GradMode::is_enabled() && (... || (tensors.defined() && tensors.requires_grad()));
}

/// An input that may be undefined, as `torch::autograd::Function` takes it.
using MaybeTensor = std::optional<at::Tensor>;

inline MaybeTensor maybe(const at::Tensor &tensor) {
  return tensor.defined() ? MaybeTensor(tensor) : std::nullopt;
}

inline at::Tensor orUndefined(const MaybeTensor &tensor) { return tensor.value_or(at::Tensor()); }

/// A vector of parameters as the kernels read it.
inline at::Tensor inFloat(const at::Tensor &vector) {
  return vector.defined() ? vector.detach().to(at::kFloat).contiguous() : vector;
}

inline const float *floats(const at::Tensor &tensor) {
  return tensor.defined() ? tensor.const_data_ptr<float>() : nullptr;
}

inline const void *constData(const at::Tensor &tensor) {
  return tensor.defined() ? tensor.const_data_ptr() : nullptr;
}

inline void *data(const at::Tensor &tensor) {
  return tensor.defined() ? tensor.mutable_data_ptr() : nullptr;
}

/// Rows a piece of element-wise work over [rows, columns]; does not depend on the threads.
inline int64_t rowsOfPiece(int64_t rows) {
  constexpr int64_t least = 32, mostPieces = 128;
  return std::max(least, (rows + mostPieces - 1) / mostPieces);
}

/// Gradients of vectors, gathered per piece of rows and then added up in the pieces' order, so that the result does
/// not depend on the threads.
class VectorGradients {
 public:
  VectorGradients(int64_t rows, int64_t columns, int64_t vectors);

  /// Where the piece that begins with row `first` adds up gradient number `vector`.
  float *piece(int64_t first, int64_t vector);

  /// Gradient number `vector`, in an element type.
  at::Tensor total(int64_t vector, at::ScalarType type) const;

 private:
  int64_t rowsOfPiece_, pieces_, columns_, vectors_;
  at::Tensor sums_;
};

}  // namespace ctorch::fused
