// The kernels for any processor: what the compiler makes of them without being told more. On ARM that is NEON.
#include <cstdint>

#include "kernel_table.h"
#include "moment_codes.h"
#include "scratch.h"

#if defined(__aarch64__)
#define CTORCH_HAS_FMA 1
#else
#define CTORCH_HAS_FMA 0
#endif
#define CTORCH_HAS_AVX512 0
#define CTORCH_HAS_BF16 0

namespace ctorch {
namespace {
#include "all_bodies.h"
}  // namespace
}  // namespace ctorch

const ctorch::KernelTable ctorch::portableKernels = ctorch::makeTable("portable");
