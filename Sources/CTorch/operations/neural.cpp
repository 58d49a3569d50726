#include "ctorch/neural.h"

#include "guarded.h"

using ctorch::guarded;
using ctorch::optional;

ct_tensor *ct_matmul(const ct_tensor *a, const ct_tensor *b) {
  return guarded([&] { return at::matmul(a->value, b->value); });
}
ct_tensor *ct_relu(const ct_tensor *a) { return guarded([&] { return at::relu(a->value); }); }
ct_tensor *ct_gelu(const ct_tensor *a, bool tanhForm) {
  return guarded([&] { return at::gelu(a->value, tanhForm ? "tanh" : "none"); });
}
ct_tensor *ct_silu(const ct_tensor *a) { return guarded([&] { return at::silu(a->value); }); }
ct_tensor *ct_softmax(const ct_tensor *a, int64_t dimension) {
  return guarded([&] { return at::softmax(a->value, dimension); });
}
ct_tensor *ct_log_softmax(const ct_tensor *a, int64_t dimension) {
  return guarded([&] { return at::log_softmax(a->value, dimension); });
}
ct_tensor *ct_layer_norm(const ct_tensor *a, const ct_tensor *weight, const ct_tensor *bias, double epsilon) {
  return guarded([&] {
    return at::layer_norm(a->value, weight->value.sizes(), weight->value, optional(bias), epsilon);
  });
}
ct_tensor *ct_rms_norm(const ct_tensor *a, const ct_tensor *weight, double epsilon) {
  return guarded([&] { return at::rms_norm(a->value, weight->value.sizes(), weight->value, epsilon); });
}
ct_tensor *ct_embedding(const ct_tensor *table, const ct_tensor *indices) {
  return guarded([&] { return at::embedding(table->value, indices->value); });
}
ct_tensor *ct_cross_entropy(const ct_tensor *logits, const ct_tensor *target, const ct_tensor *weight,
                            int64_t reduction, int64_t ignored, double smoothing) {
  return guarded([&] {
    return at::cross_entropy_loss(logits->value, target->value, optional(weight), reduction, ignored, smoothing);
  });
}
ct_tensor *ct_binary_cross_entropy_with_logits(const ct_tensor *logits, const ct_tensor *target,
                                               const ct_tensor *weight, const ct_tensor *positiveWeight,
                                               int64_t reduction) {
  return guarded([&] {
    return at::binary_cross_entropy_with_logits(logits->value, target->value, optional(weight),
                                                optional(positiveWeight), reduction);
  });
}
ct_tensor *ct_mean_squared_error(const ct_tensor *prediction, const ct_tensor *target, int64_t reduction) {
  return guarded([&] { return at::mse_loss(prediction->value, target->value, reduction); });
}
