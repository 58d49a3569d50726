// What the kernel of thin products with dropout is told.
#pragma once

#include <cstdint>

#include "philox.h"

namespace ctorch {

/// y [rows, columns] += dropout factors ∘ (left [rows, rank] · right [rank, columns]) ∘ factor.
struct LowRankCall {
  const void *left = nullptr;
  int64_t leftStride = 0;  // elements
  const float *right = nullptr;
  int64_t rank = 0, columns = 0;
  DropoutMask mask;
  /// [rows, columns], or null.
  const void *factor = nullptr;
  void *y = nullptr;
};

}  // namespace ctorch
