// Rotary position embedding: a kernel, and the same in libtorch's operations.
#pragma once

#include <ATen/ATen.h>

#include "ctorch/rotary.h"

namespace ctorch {

/// Which rotations: `positions` int64 contiguous, rows of the tables [positions, pairs].
struct Rotation {
  at::Tensor positions, cosines, sines;
  int64_t rotatedHeads;
  bool interleaved;
};

namespace fused {
at::Tensor rotaryEmbedding(const at::Tensor &x, const Rotation &rotation);
}

namespace reference {
at::Tensor rotaryEmbedding(const at::Tensor &x, const Rotation &rotation);
}

}  // namespace ctorch
