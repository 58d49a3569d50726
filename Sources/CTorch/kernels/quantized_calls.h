// What the kernels of quantised weights are told.
#pragma once

#include <cstdint>

namespace ctorch {

/// Numbers that share a scale in the 4-bit format.
constexpr int64_t normalFloatBlock = 64;

/// values [count] = table[code] · the scale of the code's block; two codes a byte.
struct NormalFloatCall {
  const uint8_t *codes = nullptr;
  /// 16 numbers.
  const float *table = nullptr;
  const float *scales = nullptr;
  int64_t count = 0;
  void *values = nullptr;
};

/// values [rows, columns] = codes · the row's scale.
struct ByteRowsCall {
  const int8_t *codes = nullptr;
  const float *scales = nullptr;
  int64_t columns = 0;
  void *values = nullptr;
};

}  // namespace ctorch
