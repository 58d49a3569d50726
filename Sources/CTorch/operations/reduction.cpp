#include "ctorch/reduction.h"

#include <memory>
#include <tuple>

#include "guarded.h"

using ctorch::guarded;
using ctorch::sizes;
using ctorch::succeeds;

namespace {
at::OptionalIntArrayRef dimensions(const int64_t *values, size_t rank) {
  return rank == 0 ? at::OptionalIntArrayRef(std::nullopt) : at::OptionalIntArrayRef(sizes(values, rank));
}

/// Hands two results over together, or none.
bool store(std::tuple<at::Tensor, at::Tensor> pair, ct_tensor **first, ct_tensor **second) {
  auto one = std::make_unique<ct_tensor>(ct_tensor{std::get<0>(pair)});
  auto two = std::make_unique<ct_tensor>(ct_tensor{std::get<1>(pair)});
  *first = one.release();
  *second = two.release();
  return true;
}
}  // namespace

ct_tensor *ct_sum(const ct_tensor *a, const int64_t *along, size_t rank, bool keeps) {
  return guarded([&] { return at::sum(a->value, dimensions(along, rank), keeps); });
}
ct_tensor *ct_mean(const ct_tensor *a, const int64_t *along, size_t rank, bool keeps) {
  return guarded([&] { return at::mean(a->value, dimensions(along, rank), keeps); });
}
ct_tensor *ct_variance(const ct_tensor *a, const int64_t *along, size_t rank, double correction, bool keeps) {
  return guarded([&] { return at::var(a->value, dimensions(along, rank), at::Scalar(correction), keeps); });
}
ct_tensor *ct_max_all(const ct_tensor *a) { return guarded([&] { return at::max(a->value); }); }
ct_tensor *ct_min_all(const ct_tensor *a) { return guarded([&] { return at::min(a->value); }); }
ct_tensor *ct_amax(const ct_tensor *a, int64_t dimension, bool keeps) {
  return guarded([&] { return at::amax(a->value, {dimension}, keeps); });
}
ct_tensor *ct_amin(const ct_tensor *a, int64_t dimension, bool keeps) {
  return guarded([&] { return at::amin(a->value, {dimension}, keeps); });
}
ct_tensor *ct_argmax(const ct_tensor *a, int64_t dimension, bool keeps) {
  return guarded([&] { return at::argmax(a->value, dimension, keeps); });
}
ct_tensor *ct_norm(const ct_tensor *a, double p) { return guarded([&] { return at::norm(a->value, p); }); }
ct_tensor *ct_logsumexp(const ct_tensor *a, int64_t dimension, bool keeps) {
  return guarded([&] { return at::logsumexp(a->value, {dimension}, keeps); });
}
ct_tensor *ct_cumsum(const ct_tensor *a, int64_t dimension) {
  return guarded([&] { return at::cumsum(a->value, dimension); });
}
ct_tensor *ct_all(const ct_tensor *a) { return guarded([&] { return at::all(a->value); }); }
ct_tensor *ct_any(const ct_tensor *a) { return guarded([&] { return at::any(a->value); }); }
bool ct_topk(const ct_tensor *a, int64_t count, int64_t dimension, ct_tensor **values, ct_tensor **indices) {
  return succeeds([&] { store(at::topk(a->value, count, dimension), values, indices); });
}
bool ct_sort(const ct_tensor *a, int64_t dimension, bool descending, ct_tensor **values, ct_tensor **indices) {
  // Stable, so that equal values keep their order on every device.
  return succeeds([&] { store(at::sort(a->value, /*stable=*/true, dimension, descending), values, indices); });
}
