// Which kernels this processor can run; decided when the first one is wanted.
#include <string_view>
#include <vector>

#include "ctorch/kernels.h"
#include "kernel_table.h"

namespace ctorch {

namespace {

/// The tables that this processor can run, the best first.
const std::vector<const KernelTable *> &available() {
  static const std::vector<const KernelTable *> tables = [] {
    std::vector<const KernelTable *> found;
#if defined(__x86_64__)
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                        __builtin_cpu_supports("avx512dq");
    if (avx512 && __builtin_cpu_supports("avx512bf16")) found.push_back(&avx512Bfloat16Kernels);
    if (avx512) found.push_back(&avx512Kernels);
    if (avx2) found.push_back(&avx2Kernels);
#endif
    found.push_back(&portableKernels);
    return found;
  }();
  return tables;
}

thread_local const KernelTable *chosen = nullptr;

}  // namespace

const KernelTable &kernels() {
  return chosen ? *chosen : *available().front();
}

}  // namespace ctorch

const char *ct_kernel_instruction_set(void) { return ctorch::kernels().name; }

bool ct_select_kernel_instruction_set(const char *name) {
  if (!name) {
    ctorch::chosen = nullptr;
    return true;
  }
  for (const ctorch::KernelTable *table : ctorch::available()) {
    if (std::string_view(name) == table->name) {
      ctorch::chosen = table;
      return true;
    }
  }
  return false;
}
