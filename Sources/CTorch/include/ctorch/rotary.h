// Rotary position embedding (Su et al. 2021, RoFormer). Like all kernels (see kernels.h) it runs on the CPU in float32
// and bfloat16, with a plain path for everything else, and is differentiable.
#pragma once

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

// Rotates pairs of elements of x [T, heads, D]: with c and s the `pair`-th columns of rows positions[t] of the tables,
// (a, b) becomes (a c - b s, b c + a s). Tables [P, R / 2] floating, positions int64 or int32 [T], not differentiable.
// The pairs are (i, i + R / 2), or (2 i, 2 i + 1) when `interleaved`. Elements from R on, and heads from
// `rotated_heads` on, are passed on as they are. Gives [T, heads, D], contiguous.
ct_tensor *ct_rotary_embedding(
    const ct_tensor *x, const ct_tensor *positions, const ct_tensor *cosines, const ct_tensor *sines,
    int64_t rotated_heads, bool interleaved);

#ifdef __cplusplus
}
#endif
