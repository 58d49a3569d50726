// Activations fused with what stands before them, plain and gated. Like all kernels (see kernels.h) they run on the
// CPU in float32 and bfloat16, with a plain path for everything else, and are differentiable.
#pragma once

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  ct_activation_gelu = 0,          // x * Phi(x), by the error function (Hendrycks and Gimpel 2016)
  ct_activation_gelu_tanh = 1,     // its approximation with the hyperbolic tangent
  ct_activation_quick_gelu = 2,    // x * sigmoid(1.702 x)
  ct_activation_relu = 3,          // max(x, 0)
  ct_activation_relu_squared = 4,  // max(x, 0)^2 (So et al. 2021)
  ct_activation_silu = 5,          // x * sigmoid(x) (Elfwing et al. 2017)
  ct_activation_tanh = 6,
} ct_activation;

// activation(x + bias): x [..., F]; bias [F] may be null. The backward pass reads one tensor of x's shape: the result
// itself for ReLU and tanh, the derivative for the others.
ct_tensor *ct_bias_activation(const ct_tensor *x, const ct_tensor *bias, ct_activation activation);

// activation(gate) * up (Shazeer 2020: SwiGLU with SiLU, GeGLU with GELU): gate and up [..., F] of one dtype. `up` may
// be null: then `gate` is [..., 2 F], the gate in its first half and what is gated in its second, and its gradient is
// one tensor. The backward pass reads the inputs and nothing else.
ct_tensor *ct_gated_activation(const ct_tensor *gate, const ct_tensor *up, ct_activation activation);

#ifdef __cplusplus
}
#endif
