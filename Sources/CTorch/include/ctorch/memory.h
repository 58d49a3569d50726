// Where the memory of tensors on the CPU comes from.
#pragma once

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

// From now on large tensors on the CPU come from one region that the process keeps, in place of asking the system for
// cleared pages again and again. For the whole process, until it ends. False where the system gives no address space.
bool ct_start_caching_memory(void);

// Bytes of the region that tensors hold now, and the most they held at once since the last reset; 0 before
// `ct_start_caching_memory`.
void ct_memory_use(int64_t *current, int64_t *peak);

// Forgets the peak: from now on it is counted from what is held now.
void ct_reset_peak_memory(void);

// Returns what the region holds unused to the system.
void ct_release_memory(void);

#ifdef __cplusplus
}
#endif
