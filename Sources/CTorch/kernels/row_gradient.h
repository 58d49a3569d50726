// Gradients that hold only some rows of a table, as libtorch's sparse tensors.
#pragma once

#include <ATen/ATen.h>

namespace ctorch {

/// Whether a gradient holds only some rows.
inline bool holdsRows(const at::Tensor &gradient) { return gradient.is_sparse(); }

/// The rows that a gradient on the CPU holds.
struct RowGradient {
  /// Which: int64 [n], increasing.
  at::Tensor rows;
  /// Their elements: [n, …], contiguous.
  at::Tensor values;

  RowGradient() = default;

  /// Of a tensor that holds some rows; several sums of one row are added up.
  explicit RowGradient(const at::Tensor &gradient);

  bool defined() const { return rows.defined(); }
  int64_t count() const { return rows.numel(); }
  const int64_t *begin() const { return rows.const_data_ptr<int64_t>(); }
  const int64_t *end() const { return begin() + count(); }

  /// The elements of the held row number `index`.
  const char *row(int64_t index, int64_t width) const {
    return static_cast<const char *>(values.const_data_ptr()) + index * width * int64_t(values.element_size());
  }
};

/// The tensor of a shape that holds some rows, given increasing.
at::Tensor holdingRows(const at::Tensor &rows, const at::Tensor &values, at::IntArrayRef sizes);

}  // namespace ctorch
