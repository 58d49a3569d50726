// The machine: threads, devices, versions, random numbers.
#pragma once

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

// "2.13.0+cpu".
const char *ct_version(void);
// What the processor offers to libtorch: "AVX512", "AVX2", "DEFAULT", …
const char *ct_cpu_capability(void);
bool ct_cpu_has_bfloat16_products(void);
bool ct_set_thread_count(int32_t count);
int32_t ct_thread_count(void);
// Loads libtorch_cuda when it lies beside libtorch_cpu; the number of usable GPUs; -1 with an error told why not.
int32_t ct_cuda_device_count(void);
bool ct_cuda_device_name(int32_t index, char *name, size_t capacity);
bool ct_cuda_memory(int32_t index, int64_t *allocated, int64_t *peak);
bool ct_set_deterministic(bool value);
// Denormal numbers become zero on this thread and libtorch's: they cost a hundred times more.
bool ct_flush_denormals(bool value);

ct_generator *ct_generator_make(uint64_t seed, ct_device device);
void ct_generator_release(ct_generator *generator);
bool ct_normal_(ct_tensor *tensor, double mean, double deviation, ct_generator *generator);
bool ct_uniform_(ct_tensor *tensor, double low, double high, ct_generator *generator);
bool ct_random_integers_(ct_tensor *tensor, int64_t low, int64_t high, ct_generator *generator);
ct_tensor *ct_random_permutation(int64_t count, ct_generator *generator);
bool ct_generator_seed(ct_generator *generator, uint64_t seed);
// State as bytes, to store and restore.
ct_tensor *ct_generator_state(const ct_generator *generator);
bool ct_generator_set_state(ct_generator *generator, const ct_tensor *state);

#ifdef __cplusplus
}
#endif
