// The rows of embedding tables that stand for padding.
#pragma once

#include <cstdint>

namespace ctorch {

/// Rows that are looked up as any others and have no gradient, as with `padding_idx` of PyTorch's nn.Embedding.
struct PaddingRows {
  static constexpr int64_t none = -1;

  int64_t words = none, positions = none;
};

}  // namespace ctorch
