#include "ctorch/shape.h"

#include "guarded.h"

using ctorch::guarded;
using ctorch::sizes;

namespace {
std::vector<at::Tensor> list(const ct_tensor *const *tensors, size_t count) {
  std::vector<at::Tensor> values;
  values.reserve(count);
  for (size_t index = 0; index < count; index += 1) values.push_back(tensors[index]->value);
  return values;
}
}  // namespace

ct_tensor *ct_reshape(const ct_tensor *a, const int64_t *shape, size_t rank) {
  return guarded([&] { return at::reshape(a->value, sizes(shape, rank)); });
}
ct_tensor *ct_expand(const ct_tensor *a, const int64_t *shape, size_t rank) {
  return guarded([&] { return a->value.expand(sizes(shape, rank)); });
}
ct_tensor *ct_as_strided(const ct_tensor *a, const int64_t *shape, const int64_t *strides, size_t rank, int64_t offset) {
  return guarded([&] { return at::as_strided(a->value, sizes(shape, rank), sizes(strides, rank), offset); });
}
ct_tensor *ct_permute(const ct_tensor *a, const int64_t *order, size_t rank) {
  return guarded([&] { return at::permute(a->value, sizes(order, rank)); });
}
ct_tensor *ct_transpose(const ct_tensor *a, int64_t first, int64_t second) {
  return guarded([&] { return at::transpose(a->value, first, second); });
}
ct_tensor *ct_unsqueeze(const ct_tensor *a, int64_t dimension) {
  return guarded([&] { return at::unsqueeze(a->value, dimension); });
}
ct_tensor *ct_squeeze(const ct_tensor *a, int64_t dimension) {
  return guarded([&] { return at::squeeze(a->value, dimension); });
}
ct_tensor *ct_flatten(const ct_tensor *a, int64_t first, int64_t last) {
  return guarded([&] { return at::flatten(a->value, first, last); });
}
ct_tensor *ct_narrow(const ct_tensor *a, int64_t dimension, int64_t start, int64_t length) {
  return guarded([&] { return at::narrow(a->value, dimension, start, length); });
}
ct_tensor *ct_select(const ct_tensor *a, int64_t dimension, int64_t index) {
  return guarded([&] { return at::select(a->value, dimension, index); });
}
ct_tensor *ct_index_select(const ct_tensor *a, int64_t dimension, const ct_tensor *index) {
  return guarded([&] { return at::index_select(a->value, dimension, index->value); });
}
ct_tensor *ct_gather(const ct_tensor *a, int64_t dimension, const ct_tensor *index) {
  return guarded([&] { return at::gather(a->value, dimension, index->value); });
}
ct_tensor *ct_concatenate(const ct_tensor *const *tensors, size_t count, int64_t dimension) {
  return guarded([&] { return at::cat(list(tensors, count), dimension); });
}
ct_tensor *ct_stack(const ct_tensor *const *tensors, size_t count, int64_t dimension) {
  return guarded([&] { return at::stack(list(tensors, count), dimension); });
}
ct_tensor *ct_triu(const ct_tensor *a, int64_t diagonal) {
  return guarded([&] { return at::triu(a->value, diagonal); });
}
ct_tensor *ct_tril(const ct_tensor *a, int64_t diagonal) {
  return guarded([&] { return at::tril(a->value, diagonal); });
}
ct_tensor *ct_flip(const ct_tensor *a, int64_t dimension) {
  return guarded([&] { return at::flip(a->value, {dimension}); });
}
ct_tensor *ct_repeat_interleave(const ct_tensor *a, const ct_tensor *repeats, int64_t dimension) {
  return guarded([&] { return at::repeat_interleave(a->value, repeats->value, dimension); });
}
