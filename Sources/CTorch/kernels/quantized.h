// Weights in few bits.
#pragma once

#include <ATen/ATen.h>

#include <memory>

#include "ctorch/quantized.h"

namespace ctorch {

/// A weight that is kept in few bits, and made numbers where a product needs them.
class QuantizedWeight {
 public:
  /// Of a weight [N, K] of a floating type on the CPU.
  QuantizedWeight(const at::Tensor &weight, ct_weight_format format);

  /// The weight as numbers of a type, [N, K].
  at::Tensor values(at::ScalarType type) const;

  /// Undefined for one that the format does not have.
  at::Tensor part(ct_weight_part part) const { return parts_[part]; }

 private:
  void quantizeRows(const at::Tensor &weight);
  void quantizeBlocks(const at::Tensor &weight);
  /// The scale of each block of numbers, float32.
  at::Tensor blockScales() const;

  ct_weight_format format_;
  int64_t rows_, columns_;
  at::Tensor parts_[4];
};

}  // namespace ctorch

/// The handle of a weight that several owners may share.
struct ct_quantized_weight {
  std::shared_ptr<const ctorch::QuantizedWeight> value;
};
