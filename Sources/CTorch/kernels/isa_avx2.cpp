// The kernels for AVX2 with fused multiply-add.
#include <cstdint>

#include "kernel_table.h"
#include "moment_codes.h"
#include "scratch.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define CTORCH_HAS_FMA 1
#define CTORCH_HAS_AVX512 0
#define CTORCH_HAS_BF16 0

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

namespace ctorch {
namespace {
#include "all_bodies.h"
}  // namespace
}  // namespace ctorch

#pragma clang attribute pop

const ctorch::KernelTable ctorch::avx2Kernels = ctorch::makeTable("avx2");
#endif
