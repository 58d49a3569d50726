// What the kernels of activations, rotary embeddings and losses are told.
#pragma once

#include <cstdint>

#include "ctorch/activations.h"

namespace ctorch {

/// activation(x + bias). Kept for the backward pass is what it multiplies with: the derivative, which costs little
/// beside the value; for ReLU and tanh the result, which says as much and is there anyway.
struct ActivationCall {
  const void *x = nullptr;
  const float *bias = nullptr;
  void *y = nullptr;
  /// Null when there is no backward pass, or when the result is kept.
  void *derivative = nullptr;
  // Backward only; `kept` is the derivative or the result.
  const void *kept = nullptr, *yGradient = nullptr;
  void *xGradient = nullptr;
  float *biasGradient = nullptr;
  int64_t columns = 0;
  ct_activation activation = ct_activation_gelu;
};

/// activation(gate) * up; the inputs' rows, and those of their gradients, are `stride` elements apart.
struct GatedCall {
  const void *gate = nullptr, *up = nullptr;
  void *y = nullptr;
  // Backward only.
  const void *yGradient = nullptr;
  void *gateGradient = nullptr, *upGradient = nullptr;
  int64_t columns = 0, stride = 0;
  ct_activation activation = ct_activation_silu;
};

/// Rotations of x [tokens, heads, size], strides in elements, into y, which is contiguous.
struct RotaryCall {
  const void *x = nullptr;
  int64_t tokenStride = 0, headStride = 0;
  void *y = nullptr;
  const int64_t *positions = nullptr;
  /// [positions, pairs].
  const float *cosines = nullptr, *sines = nullptr;
  int64_t heads = 0, rotatedHeads = 0, size = 0, pairs = 0;
  /// 1, or -1 for the way back.
  float direction = 1;
  bool interleaved = false;
};

/// Cross-entropy of rows of logits [rows, columns].
struct CrossEntropyCall {
  const void *logits = nullptr;
  const int64_t *targets = nullptr;
  int64_t columns = 0, ignored = 0;
  float smoothing = 0;
  /// [rows]; written by the forward pass, `logSumExp` read by the backward pass.
  float *losses = nullptr, *logSumExp = nullptr;
  // Backward only; the gradient may be the logits themselves. `lossGradient` is [rows].
  const float *lossGradient = nullptr;
  void *gradient = nullptr;
};

}  // namespace ctorch
