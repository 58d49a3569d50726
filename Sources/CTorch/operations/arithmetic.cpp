#include "ctorch/arithmetic.h"

#include "guarded.h"

using ctorch::guarded;

ct_tensor *ct_add(const ct_tensor *a, const ct_tensor *b) { return guarded([&] { return at::add(a->value, b->value); }); }
ct_tensor *ct_sub(const ct_tensor *a, const ct_tensor *b) { return guarded([&] { return at::sub(a->value, b->value); }); }
ct_tensor *ct_mul(const ct_tensor *a, const ct_tensor *b) { return guarded([&] { return at::mul(a->value, b->value); }); }
ct_tensor *ct_div(const ct_tensor *a, const ct_tensor *b) { return guarded([&] { return at::div(a->value, b->value); }); }
ct_tensor *ct_add_scalar(const ct_tensor *a, double b) { return guarded([&] { return at::add(a->value, b); }); }
ct_tensor *ct_mul_scalar(const ct_tensor *a, double b) { return guarded([&] { return at::mul(a->value, b); }); }
ct_tensor *ct_div_scalar(const ct_tensor *a, double b) { return guarded([&] { return at::div(a->value, b); }); }
ct_tensor *ct_pow_scalar(const ct_tensor *a, double exponent) {
  return guarded([&] { return at::pow(a->value, exponent); });
}
ct_tensor *ct_maximum(const ct_tensor *a, const ct_tensor *b) {
  return guarded([&] { return at::maximum(a->value, b->value); });
}
ct_tensor *ct_minimum(const ct_tensor *a, const ct_tensor *b) {
  return guarded([&] { return at::minimum(a->value, b->value); });
}
ct_tensor *ct_clamp(const ct_tensor *a, double low, double high) {
  return guarded([&] { return at::clamp(a->value, low, high); });
}

ct_tensor *ct_neg(const ct_tensor *a) { return guarded([&] { return at::neg(a->value); }); }
ct_tensor *ct_abs(const ct_tensor *a) { return guarded([&] { return at::abs(a->value); }); }
ct_tensor *ct_exp(const ct_tensor *a) { return guarded([&] { return at::exp(a->value); }); }
ct_tensor *ct_log(const ct_tensor *a) { return guarded([&] { return at::log(a->value); }); }
ct_tensor *ct_sqrt(const ct_tensor *a) { return guarded([&] { return at::sqrt(a->value); }); }
ct_tensor *ct_rsqrt(const ct_tensor *a) { return guarded([&] { return at::rsqrt(a->value); }); }
ct_tensor *ct_square(const ct_tensor *a) { return guarded([&] { return at::square(a->value); }); }
ct_tensor *ct_tanh(const ct_tensor *a) { return guarded([&] { return at::tanh(a->value); }); }
ct_tensor *ct_sigmoid(const ct_tensor *a) { return guarded([&] { return at::sigmoid(a->value); }); }
ct_tensor *ct_erf(const ct_tensor *a) { return guarded([&] { return at::erf(a->value); }); }
ct_tensor *ct_sin(const ct_tensor *a) { return guarded([&] { return at::sin(a->value); }); }
ct_tensor *ct_cos(const ct_tensor *a) { return guarded([&] { return at::cos(a->value); }); }

ct_tensor *ct_equal(const ct_tensor *a, const ct_tensor *b) { return guarded([&] { return at::eq(a->value, b->value); }); }
ct_tensor *ct_less(const ct_tensor *a, const ct_tensor *b) { return guarded([&] { return at::lt(a->value, b->value); }); }
ct_tensor *ct_greater(const ct_tensor *a, const ct_tensor *b) {
  return guarded([&] { return at::gt(a->value, b->value); });
}
ct_tensor *ct_equal_scalar(const ct_tensor *a, double b) { return guarded([&] { return at::eq(a->value, b); }); }
ct_tensor *ct_greater_scalar(const ct_tensor *a, double b) { return guarded([&] { return at::gt(a->value, b); }); }
ct_tensor *ct_logical_not(const ct_tensor *a) { return guarded([&] { return at::logical_not(a->value); }); }
ct_tensor *ct_logical_and(const ct_tensor *a, const ct_tensor *b) {
  return guarded([&] { return at::logical_and(a->value, b->value); });
}
ct_tensor *ct_logical_or(const ct_tensor *a, const ct_tensor *b) {
  return guarded([&] { return at::logical_or(a->value, b->value); });
}
ct_tensor *ct_is_finite(const ct_tensor *a) { return guarded([&] { return at::isfinite(a->value); }); }
ct_tensor *ct_where(const ct_tensor *condition, const ct_tensor *yes, const ct_tensor *no) {
  return guarded([&] { return at::where(condition->value, yes->value, no->value); });
}
ct_tensor *ct_masked_fill(const ct_tensor *a, const ct_tensor *mask, double value) {
  return guarded([&] { return at::masked_fill(a->value, mask->value, value); });
}
