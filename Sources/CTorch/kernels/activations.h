// Activations fused with what stands before them: kernels, and the same in libtorch's operations.
#pragma once

#include <ATen/ATen.h>

#include "ctorch/activations.h"

namespace ctorch {

namespace fused {

at::Tensor biasActivation(const at::Tensor &x, const at::Tensor &bias, ct_activation activation);

/// `up` may be undefined: then both are halves of `gate`.
at::Tensor gatedActivation(const at::Tensor &gate, const at::Tensor &up, ct_activation activation);

}  // namespace fused

namespace reference {

at::Tensor biasActivation(const at::Tensor &x, const at::Tensor &bias, ct_activation activation);

at::Tensor gatedActivation(const at::Tensor &gate, const at::Tensor &up, ct_activation activation);

}  // namespace reference

}  // namespace ctorch
