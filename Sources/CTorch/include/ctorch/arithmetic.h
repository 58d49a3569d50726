// Element by element.
#pragma once

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

ct_tensor *ct_add(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_sub(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_mul(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_div(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_add_scalar(const ct_tensor *a, double b);
ct_tensor *ct_mul_scalar(const ct_tensor *a, double b);
ct_tensor *ct_div_scalar(const ct_tensor *a, double b);
ct_tensor *ct_pow_scalar(const ct_tensor *a, double exponent);
ct_tensor *ct_maximum(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_minimum(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_clamp(const ct_tensor *a, double low, double high);

ct_tensor *ct_neg(const ct_tensor *a);
ct_tensor *ct_abs(const ct_tensor *a);
ct_tensor *ct_exp(const ct_tensor *a);
ct_tensor *ct_log(const ct_tensor *a);
ct_tensor *ct_sqrt(const ct_tensor *a);
ct_tensor *ct_rsqrt(const ct_tensor *a);
ct_tensor *ct_square(const ct_tensor *a);
ct_tensor *ct_tanh(const ct_tensor *a);
ct_tensor *ct_sigmoid(const ct_tensor *a);
ct_tensor *ct_erf(const ct_tensor *a);
ct_tensor *ct_sin(const ct_tensor *a);
ct_tensor *ct_cos(const ct_tensor *a);

// Comparisons give bool.
ct_tensor *ct_equal(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_less(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_greater(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_equal_scalar(const ct_tensor *a, double b);
ct_tensor *ct_greater_scalar(const ct_tensor *a, double b);
ct_tensor *ct_logical_not(const ct_tensor *a);
ct_tensor *ct_logical_and(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_logical_or(const ct_tensor *a, const ct_tensor *b);
ct_tensor *ct_is_finite(const ct_tensor *a);
ct_tensor *ct_where(const ct_tensor *condition, const ct_tensor *yes, const ct_tensor *no);
ct_tensor *ct_masked_fill(const ct_tensor *a, const ct_tensor *mask, double value);

#ifdef __cplusplus
}
#endif
