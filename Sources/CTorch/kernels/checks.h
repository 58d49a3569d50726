// What the entry points check of what a caller can get wrong; each throws a sentence.
#pragma once

#include <ATen/ATen.h>

#include "ctorch/kernels.h"

namespace ctorch {

void checkDropout(const ct_dropout_key &key);

/// An undefined vector passes.
void checkVector(const at::Tensor &vector, int64_t size, const char *name);

/// The indices as contiguous int64, found to lie in their table.
at::Tensor checkedIndices(
    const at::Tensor &indices, int64_t count, const at::Tensor &table, const char *of);

}  // namespace ctorch
