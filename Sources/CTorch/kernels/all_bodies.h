// Every kernel, for one instruction set: included once by each `isa_*.cpp` file, between its `push` and `pop` of the
// target, inside a namespace without a name so that no function of one instruction set is taken for another's.

#pragma clang diagnostic push
// Vectors are handed over between functions that are always inlined: no calling convention is involved.
#pragma clang diagnostic ignored "-Wpsabi"

#include "simd.h"
#include "products_body.h"
#include "attention_body.h"
#include "attention_forward_body.h"
#include "attention_gradient_body.h"
#include "norm_body.h"
#include "gelu_body.h"
#include "matrix_body.h"
#include "low_rank_body.h"
#include "quantized_body.h"
#include "moments_body.h"
#include "optimizer_body.h"
#include "activation_body.h"
#include "rotary_body.h"
#include "cross_entropy_body.h"
#include "table_body.h"

#pragma clang diagnostic pop
