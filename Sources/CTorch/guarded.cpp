#include "guarded.h"

namespace {
thread_local std::string lastError;
thread_local bool lastErrorIsOutOfMemory = false;
}  // namespace

namespace ctorch {

void record(const char *message, bool outOfMemory) noexcept {
  try {
    lastError = message;
  } catch (...) {
    lastError.clear();
  }
  lastErrorIsOutOfMemory = outOfMemory || lastError.find("can't allocate memory") != std::string::npos ||
                           lastError.find("out of memory") != std::string::npos;
}

}  // namespace ctorch

extern "C" {

const char *ct_last_error(void) { return lastError.c_str(); }

int32_t ct_last_error_is_out_of_memory(void) { return lastErrorIsOutOfMemory ? 1 : 0; }

void ct_tensor_release(ct_tensor *tensor) { delete tensor; }
}
