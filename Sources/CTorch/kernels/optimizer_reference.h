// Optimiser steps of one parameter written with libtorch's own operations: the path of devices and element types that
// have no kernel, and what tests compare the kernels with.
#pragma once

#include <ATen/ATen.h>

#include "ctorch/optimizer.h"

namespace ctorch::reference {

/// The tensors of one parameter; undefined where there is none.
struct OptimizerTensors {
  at::Tensor master, firstMoment, secondMoment, momentumBuffer;
  /// Dense.
  at::Tensor gradient;
  at::Tensor copy;
  double weightDecay = 0;
};

void adamStep(OptimizerTensors &parameter, const ct_adam_options &options);

void sgdStep(OptimizerTensors &parameter, const ct_sgd_options &options);

}  // namespace ctorch::reference
