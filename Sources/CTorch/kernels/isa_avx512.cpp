// The kernels for AVX-512.
#include <cstdint>

#include "kernel_table.h"
#include "moment_codes.h"
#include "scratch.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define CTORCH_HAS_FMA 1
#define CTORCH_HAS_AVX512 1
#define CTORCH_HAS_BF16 0

#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512vl,avx512dq"))), apply_to = function)

namespace ctorch {
namespace {
#include "all_bodies.h"
}  // namespace
}  // namespace ctorch

#pragma clang attribute pop

const ctorch::KernelTable ctorch::avx512Kernels = ctorch::makeTable("avx512");
#endif
