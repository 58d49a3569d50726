// Philox4x32 (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers, as Easy as 1, 2, 3; 2011) with 7 rounds, the
// fewest that pass BigCrush, and what of it a dropout uses.
//
// Every output word gives two decisions of 16 bits, so one counter decides about eight elements:
//   matrix [rows, columns]: element (row, 128 b + 16 k + lane) is decision k of counter (16 b + lane, row)
//   attention scores:       element (query 8 b + k, key) is decision k of counter (key, b, first query, head)
// where 16 lanes are what one vector holds, and queries and keys count within their sequence.
#pragma once

#include <cstdint>

#include "ctorch/kernels.h"

namespace ctorch {

constexpr uint32_t philoxMultiplier0 = 0xD2511F53u;
constexpr uint32_t philoxMultiplier1 = 0xCD9E8D57u;
constexpr uint32_t philoxWeyl0 = 0x9E3779B9u;
constexpr uint32_t philoxWeyl1 = 0xBB67AE85u;
constexpr int philoxRounds = 7;

struct PhiloxBlock {
  uint32_t words[4];
};

inline PhiloxBlock philox(PhiloxBlock counter, uint32_t key0, uint32_t key1) {
  for (int round = 0; round < philoxRounds; ++round) {
    const uint64_t product0 = uint64_t(philoxMultiplier0) * counter.words[0];
    const uint64_t product1 = uint64_t(philoxMultiplier1) * counter.words[2];
    counter = {
        {uint32_t(product1 >> 32) ^ counter.words[1] ^ key0, uint32_t(product1),
         uint32_t(product0 >> 32) ^ counter.words[3] ^ key1, uint32_t(product0)}};
    key0 += philoxWeyl0;
    key1 += philoxWeyl1;
  }
  return counter;
}

/// A dropout key made ready: seed and place mixed into a key and the last counter word.
struct DropoutMask {
  uint32_t key0 = 0;
  uint32_t key1 = 0;
  uint32_t tweak = 0;
  /// A decision below it removes; out of 65536.
  uint32_t threshold = 0;
  /// What the kept are multiplied with: the inverse of the share that is kept.
  float keptFactor = 1;

  DropoutMask() = default;

  explicit DropoutMask(const ct_dropout_key &key) {
    threshold = uint32_t(key.rate * 65536 + 0.5);
    if (threshold > 65535) threshold = 65535;
    keptFactor = float(65536.0 / (65536.0 - threshold));
    const PhiloxBlock mixed = philox(
        {{uint32_t(key.place), uint32_t(key.place >> 32), 0x64726F70u, 0}}, uint32_t(key.seed),
        uint32_t(key.seed >> 32));
    key0 = mixed.words[0];
    key1 = mixed.words[1];
    tweak = mixed.words[2];
  }

  bool removesAny() const { return threshold > 0; }
};

}  // namespace ctorch
