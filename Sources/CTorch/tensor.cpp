#include "ctorch/tensor.h"

#include <cmath>
#include <cstring>

#include "guarded.h"

using ctorch::guarded;
using ctorch::sizes;
using ctorch::succeeds;

namespace {
at::TensorOptions options(int32_t dtype, ct_device device) {
  return at::TensorOptions().dtype(ctorch::dtype(dtype)).device(ctorch::device(device));
}

/// A number for an operation in place, whose result must fit the tensor: whole for integers, where it is whole.
at::Scalar scalar(const ct_tensor *tensor, double value) {
  bool whole = std::abs(value) < 9007199254740992.0 && value == std::trunc(value);
  bool integral = at::isIntegralType(tensor->value.scalar_type(), /*includeBool=*/true);
  return whole && integral ? at::Scalar(static_cast<int64_t>(value)) : at::Scalar(value);
}
}  // namespace

ct_tensor *ct_empty(const int64_t *shape, size_t rank, int32_t dtype, ct_device device) {
  return guarded([&] { return at::empty(sizes(shape, rank), options(dtype, device)); });
}
ct_tensor *ct_full(const int64_t *shape, size_t rank, double value, int32_t dtype, ct_device device) {
  return guarded([&] { return at::full(sizes(shape, rank), value, options(dtype, device)); });
}
ct_tensor *ct_arange(double start, double end, double step, int32_t dtype, ct_device device) {
  return guarded([&] { return at::arange(start, end, step, options(dtype, device)); });
}
ct_tensor *ct_from_bytes(const void *data, size_t bytes, const int64_t *shape, size_t rank, int32_t dtype) {
  return guarded([&] {
    auto tensor = at::empty(sizes(shape, rank), at::TensorOptions().dtype(ctorch::dtype(dtype)));
    TORCH_CHECK(tensor.nbytes() == bytes, "a tensor of ", tensor.nbytes(), " bytes cannot be made from ", bytes);
    if (bytes > 0) std::memcpy(tensor.mutable_data_ptr(), data, bytes);
    return tensor;
  });
}
ct_tensor *ct_from_memory(void *data, const int64_t *shape, size_t rank, int32_t dtype,
                          void (*release)(void *), void *context) {
  return guarded([&] {
    return at::from_blob(
        data, sizes(shape, rank), [release, context](void *) { release(context); },
        at::TensorOptions().dtype(ctorch::dtype(dtype)));
  });
}
ct_tensor *ct_retain(const ct_tensor *tensor) { return guarded([&] { return tensor->value; }); }
ct_tensor *ct_clone(const ct_tensor *tensor) { return guarded([&] { return at::clone(tensor->value); }); }
ct_tensor *ct_contiguous(const ct_tensor *tensor) { return guarded([&] { return tensor->value.contiguous(); }); }
ct_tensor *ct_to(const ct_tensor *tensor, int32_t dtype, ct_device device) {
  return guarded([&] { return tensor->value.to(ctorch::device(device), ctorch::dtype(dtype)); });
}

int64_t ct_rank(const ct_tensor *tensor) { return tensor->value.dim(); }
int64_t ct_size(const ct_tensor *tensor, int64_t dimension) { return tensor->value.sizes()[dimension]; }
int64_t ct_count(const ct_tensor *tensor) { return tensor->value.numel(); }
int32_t ct_dtype_of(const ct_tensor *tensor) { return static_cast<int32_t>(tensor->value.scalar_type()); }
int64_t ct_element_size(const ct_tensor *tensor) { return static_cast<int64_t>(tensor->value.element_size()); }
ct_device ct_device_of(const ct_tensor *tensor) {
  auto device = tensor->value.device();
  return {device.is_cuda() ? 1 : 0, device.has_index() ? device.index() : 0};
}
bool ct_is_contiguous(const ct_tensor *tensor) { return tensor->value.is_contiguous(); }
bool ct_shares_memory(const ct_tensor *a, const ct_tensor *b) {
  if (!a->value.has_storage() || !b->value.has_storage()) return false;
  const void *memory = a->value.storage().data();
  return memory != nullptr && memory == b->value.storage().data();
}
void *ct_data(const ct_tensor *tensor) {
  void *address = nullptr;
  succeeds([&] { address = tensor->value.data_ptr(); });
  return address;
}
bool ct_copy_bytes(const ct_tensor *tensor, void *destination, size_t bytes) {
  return succeeds([&] {
    auto dense = tensor->value.detach().to(at::kCPU).contiguous();
    TORCH_CHECK(dense.nbytes() == bytes, "a tensor of ", dense.nbytes(), " bytes cannot be copied to ", bytes);
    if (bytes > 0) std::memcpy(destination, dense.const_data_ptr(), bytes);
  });
}
bool ct_item_double(const ct_tensor *tensor, double *value) {
  return succeeds([&] { *value = tensor->value.item().toDouble(); });
}
bool ct_item_int64(const ct_tensor *tensor, int64_t *value) {
  return succeeds([&] { *value = tensor->value.item().toLong(); });
}

bool ct_copy_(ct_tensor *tensor, const ct_tensor *source) {
  return succeeds([&] { tensor->value.copy_(source->value); });
}
bool ct_fill_(ct_tensor *tensor, double value) {
  return succeeds([&] { tensor->value.fill_(scalar(tensor, value)); });
}
bool ct_add_(ct_tensor *tensor, const ct_tensor *other, double scale) {
  return succeeds([&] { tensor->value.add_(other->value, scalar(tensor, scale)); });
}
bool ct_mul_(ct_tensor *tensor, double factor) {
  return succeeds([&] { tensor->value.mul_(scalar(tensor, factor)); });
}
bool ct_clamp_(ct_tensor *tensor, double low, double high) {
  return succeeds([&] { tensor->value.clamp_(scalar(tensor, low), scalar(tensor, high)); });
}
bool ct_lerp_(ct_tensor *tensor, const ct_tensor *end, double weight) {
  return succeeds([&] { tensor->value.lerp_(end->value, weight); });
}
bool ct_addcmul_(ct_tensor *tensor, const ct_tensor *a, const ct_tensor *b, double scale) {
  return succeeds([&] { tensor->value.addcmul_(a->value, b->value, scalar(tensor, scale)); });
}
bool ct_addcdiv_(ct_tensor *tensor, const ct_tensor *a, const ct_tensor *b, double scale) {
  return succeeds([&] { tensor->value.addcdiv_(a->value, b->value, scale); });
}
bool ct_index_copy_(ct_tensor *tensor, int64_t dimension, const ct_tensor *index, const ct_tensor *source) {
  return succeeds([&] { tensor->value.index_copy_(dimension, index->value, source->value); });
}
bool ct_index_add_(ct_tensor *tensor, int64_t dimension, const ct_tensor *index, const ct_tensor *source) {
  return succeeds([&] { tensor->value.index_add_(dimension, index->value, source->value); });
}
