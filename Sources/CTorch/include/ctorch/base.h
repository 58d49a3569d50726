// The types that every part of the C interface shares, and how an error is told.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A libtorch tensor; one handle owns one reference.
typedef struct ct_tensor ct_tensor;

// A source of random numbers of libtorch's own kind.
typedef struct ct_generator ct_generator;

// Element types, numbered as in c10::ScalarType.
enum ct_dtype {
  ct_uint8 = 0,
  ct_int8 = 1,
  ct_int16 = 2,
  ct_int32 = 3,
  ct_int64 = 4,
  ct_float16 = 5,
  ct_float32 = 6,
  ct_float64 = 7,
  ct_bool = 11,
  ct_bfloat16 = 15,
};

// Where a tensor lies: kind 0 is the CPU, kind 1 is CUDA.
typedef struct {
  int32_t kind;
  int32_t index;
} ct_device;

// The message of the last function of this thread that failed; owned by the thread, valid until the next failure.
const char *ct_last_error(void);

// Whether the last failure was memory running out (1), anything else (0).
int32_t ct_last_error_is_out_of_memory(void);

void ct_tensor_release(ct_tensor *tensor);

#ifdef __cplusplus
}
#endif
