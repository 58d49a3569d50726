#include "checks.h"

namespace ctorch {

void checkDropout(const ct_dropout_key &key) {
  TORCH_CHECK(
      key.rate >= 0 && key.rate < 1, "the dropout rate is ", key.rate,
      "; it must be at least 0 and less than 1");
}

void checkVector(const at::Tensor &vector, int64_t size, const char *name) {
  TORCH_CHECK(
      !vector.defined() || (vector.dim() == 1 && vector.size(0) == size), "the ", name, " has shape ",
      vector.sizes(), "; it must be [", size, "]");
}

at::Tensor checkedIndices(
    const at::Tensor &indices, int64_t count, const at::Tensor &table, const char *of) {
  TORCH_CHECK(
      indices.scalar_type() == at::kLong || indices.scalar_type() == at::kInt, "the ", of,
      " must be int64 or int32");
  TORCH_CHECK(
      indices.dim() == 1 && indices.size(0) == count, "the ", of, " have shape ", indices.sizes(),
      "; it must be [", count, "]");
  TORCH_CHECK(table.defined() && table.dim() == 2, "the table of the ", of, " must be a matrix");
  const at::Tensor wide = indices.to(at::kLong).contiguous();
  if (!wide.device().is_cpu()) return wide;
  const auto *values = wide.const_data_ptr<int64_t>();
  for (int64_t i = 0; i < count; ++i)
    TORCH_CHECK(
        values[i] >= 0 && values[i] < table.size(0), "index ", values[i], " at place ", i, " of the ",
        of, " is outside the table of ", table.size(0), " rows");
  return wide;
}

}  // namespace ctorch
