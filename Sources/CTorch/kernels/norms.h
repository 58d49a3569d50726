// Norms fused with dropout and residual before them: kernels, and the same in libtorch's operations.
#pragma once

#include <ATen/ATen.h>

#include "ctorch/norms.h"

namespace ctorch {

/// What a norm takes; `xBias`, `residual` and `bias` may be undefined.
struct NormInputs {
  at::Tensor x, xBias, residual, weight, bias;
};

/// What is normalised and its norm; the sum is undefined where it is not asked for.
struct NormOutputs {
  at::Tensor sum, y;
};

namespace fused {
NormOutputs residualNorm(const NormInputs &inputs, const ct_norm_options &options, bool wantsSum);
}

namespace reference {
NormOutputs residualNorm(const NormInputs &inputs, const ct_norm_options &options, bool wantsSum);
}

}  // namespace ctorch
