// Counting the memory that tensors ask for.
#pragma once

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

// Begins to count the bytes that the calling thread asks for tensors on the CPU. False when it counts already.
bool ct_begin_counting_memory(void);

// Ends it: the bytes that were asked for since and are still held (on whatever thread they are given back), and the
// most that were held at once.
void ct_end_counting_memory(int64_t *held, int64_t *peak);

#ifdef __cplusplus
}
#endif
