// The same rows before every sequence: what the operations with a prefix share.
#pragma once

#include <ATen/ATen.h>

namespace ctorch {

/// Cumulative lengths of sequences that all are `count` longer.
at::Tensor prefixedBoundaries(const at::Tensor &boundaries, int64_t count);

/// Refuses rows, a prefix or boundaries that do not fit each other.
void checkPrefix(const at::Tensor &rows, const at::Tensor &prefix, const at::Tensor &boundaries);

/// `rows` [T, …] with `prefix` [P, …] before each sequence, differentiable: [T + N * P, …].
at::Tensor prefixedRows(const at::Tensor &rows, const at::Tensor &prefix, const at::Tensor &boundaries);

namespace fused {

/// The rows of a tensor that a copy can take one after another: all dimensions but the first are contiguous.
at::Tensor withWholeRows(const at::Tensor &tensor);

/// `prefixedRows` without a derivative, of tensors with whole rows.
at::Tensor layOut(const at::Tensor &rows, const at::Tensor &prefix, const at::Tensor &boundaries);

/// Writes what is not prefix of `all` [T + N * P, …] into `rows` [T, …]; both with whole rows.
void copyOwnRows(
    const at::Tensor &all, int64_t count, const at::Tensor &boundaries, const at::Tensor &rows);

/// The sum over sequences of their prefixes, [P, …], in float32 inside.
at::Tensor sumOfPrefixes(const at::Tensor &all, int64_t count, const at::Tensor &boundaries);

}  // namespace fused

namespace reference {

at::Tensor prefixedRows(const at::Tensor &rows, const at::Tensor &prefix, const at::Tensor &boundaries);

}  // namespace reference

}  // namespace ctorch
