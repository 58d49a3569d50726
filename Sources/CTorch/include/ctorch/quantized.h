// Weights in few bits, for dense layers that are frozen.
#pragma once

#include <stddef.h>

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

// CT_WEIGHT_INT8: a signed byte an element, symmetric, with the largest magnitude of its row for 127.
// CT_WEIGHT_NF4: half a byte an element, a normal float (Dettmers et al., "QLoRA", 2023) times the largest magnitude of
// a block of 64; those magnitudes in bytes, less their mean, in blocks of 256: the bits of bitsandbytes' `nf4` with
// compressed statistics.
typedef enum { CT_WEIGHT_INT8 = 1, CT_WEIGHT_NF4 = 2 } ct_weight_format;

typedef struct ct_quantized_weight ct_quantized_weight;

// The parts of a quantised weight: the codes; the scales (int8: float32 of each row; nf4: uint8 codes of each block);
// and for nf4 the scales of those in float32 and their offset, a float32 scalar.
typedef enum { CT_PART_CODES = 0, CT_PART_SCALES = 1, CT_PART_BLOCK_SCALES = 2, CT_PART_OFFSET = 3 } ct_weight_part;

// A weight [N, K] of a floating type on the CPU in a format; null when it cannot be.
ct_quantized_weight *ct_quantize(const ct_tensor *weight, ct_weight_format format);
void ct_quantized_free(ct_quantized_weight *weight);

// The weight [N, K] again, as numbers of a type.
ct_tensor *ct_dequantize(const ct_quantized_weight *weight, int32_t dtype);

// One part; an error for one that the format does not have.
ct_tensor *ct_quantized_part(const ct_quantized_weight *weight, ct_weight_part part);

#ifdef __cplusplus
}
#endif
