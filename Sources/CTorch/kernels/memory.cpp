// What the C library does with memory that tensors gave back.
#include "ctorch/kernels.h"

#if defined(__GLIBC__)
#include <malloc.h>

#include <climits>
#endif

bool ct_keep_freed_memory(void) {
#if defined(__GLIBC__)
  // Blocks above 32 MiB would come from the kernel each time, which clears and maps every page again; and the heap's
  // end would be given back whenever it is free.
  return mallopt(M_MMAP_MAX, 0) != 0 && mallopt(M_TRIM_THRESHOLD, INT_MAX) != 0;
#else
  return false;
#endif
}
