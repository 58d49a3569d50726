// What both losses do with rows of logits.
#pragma once

#include <ATen/ATen.h>

#include "ctorch/losses.h"
#include "kernel_table.h"

namespace ctorch::fused {

/// The call over contiguous logits and the targets of their rows.
CrossEntropyCall crossEntropyCall(
    const at::Tensor &logits, const at::Tensor &targets, const ct_loss_options &options);

/// Writes `losses` and `logSumExp` of so many rows.
void crossEntropyOfRows(const CrossEntropyCall &call, at::ScalarType type, int64_t rows);

/// Writes `gradient` of so many rows.
void crossEntropyGradientOfRows(const CrossEntropyCall &call, at::ScalarType type, int64_t rows);

/// The losses [rows] made one number, of rank 0: their sum over `divisor`.
at::Tensor totalLoss(const at::Tensor &losses, double divisor);

/// The indices of the rows whose target counts, int64.
at::Tensor rowsThatCount(const at::Tensor &targets, int64_t ignored);

}  // namespace ctorch::fused
