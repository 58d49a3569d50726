// Whether a call takes a kernel or the plain path.
#pragma once

#include <ATen/ATen.h>

#include <initializer_list>

namespace ctorch {

/// What `ct_use_reference_kernels` set for this thread.
bool usesReferenceKernels() noexcept;

/// Whether all tensors (undefined ones left out) lie on the CPU, and `first` is float32 or bfloat16.
inline bool hasKernel(const at::Tensor &first, std::initializer_list<at::Tensor> others = {}) {
  if (usesReferenceKernels()) return false;
  if (first.scalar_type() != at::kFloat && first.scalar_type() != at::kBFloat16) return false;
  if (!first.device().is_cpu()) return false;
  for (const at::Tensor &tensor : others)
    if (tensor.defined() && !tensor.device().is_cpu()) return false;
  return true;
}

}  // namespace ctorch
