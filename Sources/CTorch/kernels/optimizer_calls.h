// What the kernels of optimiser steps are given for one parameter.
#pragma once

#include <cstdint>

namespace ctorch {

/// How moments are stored.
enum class Moments : int32_t { float32 = 0, bfloat16 = 1, codes = 2 };

/// A step of Adam. The gradient is given with the elements that a call is about.
struct AdamCall {
  float *master;
  /// The moments, as the kernel's kind has them: float32, bfloat16, or codes with a scale for each block.
  void *first, *second;
  float *firstScales, *secondScales;
  /// Of the random numbers that round bfloat16 moments.
  uint32_t noiseKey;
  /// bfloat16; null when there is none.
  void *copy;
  /// What decoupled decay leaves of a weight.
  float weightFactor;
  /// Share of the weight that is added to the gradient; 0 with decoupled decay.
  float decay;
  float oneMinusBeta1, beta2, oneMinusBeta2;
  float inverseCorrection2, epsilon, stepSize, gradientScale;
};

/// A step of SGD.
struct SgdCall {
  /// The buffer is null without momentum.
  float *master, *buffer;
  void *copy;
  float learningRate, momentum, oneMinusDampening, decay, gradientScale;
  bool nesterov, firstStep;
};

}  // namespace ctorch
