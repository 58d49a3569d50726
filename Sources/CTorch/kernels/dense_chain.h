// Dense layers as one operation with a derivative: one after the other, with a non-linearity between them.
#pragma once

#include "dense.h"

namespace ctorch::dense {

/// The last stage's result of an input [..., K]; the epilogue stands between two stages, the later of which is one
/// layer. What our own products do not take is computed by libtorch's operations.
at::Tensor chained(const at::Tensor &input, const std::vector<Layers> &stages, Epilogue between);

}  // namespace ctorch::dense
