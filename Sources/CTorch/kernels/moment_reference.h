// Moments of Adam in fewer bits, read and written with libtorch's own operations.
#pragma once

#include <ATen/ATen.h>

#include "moment_codes.h"

namespace ctorch::reference {

/// One moment of a parameter as it is stored.
struct StoredMoment {
  /// float32, bfloat16, or uint8 codes.
  at::Tensor values;
  /// float32, one a block; undefined but for codes.
  at::Tensor scales;
  const MomentCode &code;
};

/// The values, float32; for a float32 moment the same tensor.
at::Tensor widened(const StoredMoment &moment);

/// Overwrites a moment. bfloat16 is rounded by chance, by 16 bits from number `shift` on of `noise(key, element)`.
void store(const StoredMoment &moment, const at::Tensor &values, uint32_t key, int64_t shift);

}  // namespace ctorch::reference
