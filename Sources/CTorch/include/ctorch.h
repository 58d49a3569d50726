// The C interface to libtorch: opaque handles, one function an operation.
//
// A function that makes a tensor returns null when it failed, one that does something returns false; the
// message is then in `ct_last_error`. No C++ exception crosses.
#pragma once

#include "ctorch/activations.h"
#include "ctorch/allocations.h"
#include "ctorch/arithmetic.h"
#include "ctorch/attention.h"
#include "ctorch/autograd.h"
#include "ctorch/base.h"
#include "ctorch/checkpoint.h"
#include "ctorch/kernels.h"
#include "ctorch/linear.h"
#include "ctorch/losses.h"
#include "ctorch/low_rank.h"
#include "ctorch/memory.h"
#include "ctorch/neural.h"
#include "ctorch/norms.h"
#include "ctorch/optimizer.h"
#include "ctorch/pooling.h"
#include "ctorch/prefix.h"
#include "ctorch/quantized.h"
#include "ctorch/recurrent.h"
#include "ctorch/reduction.h"
#include "ctorch/rotary.h"
#include "ctorch/rows.h"
#include "ctorch/shape.h"
#include "ctorch/system.h"
#include "ctorch/tensor.h"
