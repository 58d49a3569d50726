#include "row_gradient.h"

#include <algorithm>

#include "../guarded.h"
#include "ctorch/rows.h"

namespace ctorch {

namespace {

bool increases(const at::Tensor &rows) {
  const int64_t *const first = rows.const_data_ptr<int64_t>();
  return std::adjacent_find(first, first + rows.numel(), [](int64_t a, int64_t b) { return a >= b; }) ==
         first + rows.numel();
}

}  // namespace

RowGradient::RowGradient(const at::Tensor &gradient) {
  TORCH_CHECK(gradient.sparse_dim() == 1, "a gradient of rows has one sparse dimension, not ", gradient.sparse_dim());
  // What libtorch says of the order is lost on the way through its accumulation, so the rows are looked at instead.
  rows = gradient._indices().select(0, 0).contiguous();
  values = gradient._values().contiguous();
  if (increases(rows)) return;
  const at::Tensor whole = gradient.coalesce();
  rows = whole._indices().select(0, 0).contiguous();
  values = whole._values().contiguous();
}

at::Tensor holdingRows(const at::Tensor &rows, const at::Tensor &values, at::IntArrayRef sizes) {
  return at::_sparse_coo_tensor_unsafe(
      rows.unsqueeze(0), values, sizes, values.options().layout(at::kSparse), /*is_coalesced=*/true);
}

}  // namespace ctorch

using namespace ctorch;

bool ct_holds_rows(const ct_tensor *tensor) { return holdsRows(tensor->value); }

ct_tensor *ct_dense(const ct_tensor *tensor) {
  return guarded([&] { return holdsRows(tensor->value) ? tensor->value.to_dense() : tensor->value; });
}

ct_tensor *ct_held_rows(const ct_tensor *tensor) {
  return guarded([&] {
    TORCH_CHECK(holdsRows(tensor->value), "the tensor holds all of its rows");
    return RowGradient(tensor->value.cpu()).rows;
  });
}
