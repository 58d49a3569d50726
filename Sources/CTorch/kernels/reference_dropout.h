// What the plain paths share: the type they compute in, and dropout's decisions as tensors.
#pragma once

#include <ATen/ATen.h>

#include "philox.h"

namespace ctorch::reference {

/// The type that is computed in: float32 for the half types, else the tensor's own.
at::ScalarType computing(const at::Tensor &tensor);

/// 0 ..< count, in int64 on `like`'s device.
at::Tensor range(int64_t count, const at::Tensor &like);

/// One int64 on `like`'s device.
at::Tensor word(int64_t value, const at::Tensor &like);

/// Philox of int64 tensors that hold 32-bit words and broadcast against each other: the eight decisions, stacked last.
at::Tensor decisions(
    at::Tensor c0, at::Tensor c1, at::Tensor c2, at::Tensor c3, const DropoutMask &mask);

/// What dropout multiplies with where it has decided so.
at::Tensor factors(const at::Tensor &decided, const DropoutMask &mask, const at::Tensor &like);

}  // namespace ctorch::reference
