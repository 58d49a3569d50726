#include "ctorch/kernels.h"

#include <string_view>

const char *ct_kernel_instruction_set(void) { return "portable"; }

bool ct_select_kernel_instruction_set(const char *name) {
  return !name || std::string_view(name) == "portable";
}
