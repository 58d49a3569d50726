// Moments of Adam in one byte an element: blocks of 256 elements with a scale each, and a dynamic code that resolves
// small numbers as finely as large ones, after Dettmers, Lewis, Shleifer and Zettlemoyer, "8-bit Optimizers via
// Block-wise Quantization" (2021, arXiv:2110.02861).
//
// A code is a number k of 7 bits (with a sign above it) or 8 bits. 0 stands for 0; else i, the place of its highest
// bit, tells the decade, and the bits below cut the decade into 2^i equal cells, of which the code is the middle:
// 10^(i - highest i) * (0.1 + 0.9 * (f + 0.5) / 2^i). So there are seven or eight decades, finest at the top.
#pragma once

#include <array>
#include <cstdint>

#include "philox.h"

namespace ctorch {

/// Elements that share a scale.
constexpr int64_t momentBlock = 256;

/// Bits of a code's number: the first moment has a sign.
constexpr int firstMomentBits = 7, secondMomentBits = 8;

/// How numbers of one decade become codes: cell `a * factor - offset` of cells in all, after `cells` codes.
struct MomentDecade {
  /// Where the decade begins.
  float start;
  float factor, offset;
  /// 2^i.
  float cells;
  /// And back: the value of number k is `k * step + base`.
  float step, base;
};

/// The code of a moment: its values by byte, and its decades in rising order.
struct MomentCode {
  std::array<float, 256> values{};
  std::array<MomentDecade, 8> decades{};
  int bits;
  /// The value of the highest number: a block's largest element is scaled to it, and so keeps its size.
  float top = 0;

  constexpr explicit MomentCode(int bits) : bits(bits) {
    double scale = 1;
    for (int i = bits - 1; i >= 0; --i) {
      const double cells = double(1 << i);
      decades[size_t(i)] = {
          float(scale * 0.1), float(cells / 0.9 / scale), float(cells / 9), float(cells),
          float(scale * 0.9 / cells), float(scale * (0.45 / cells - 0.8))};
      for (int f = 0; f < 1 << i; ++f) {
        const float value = float(scale * (0.1 + 0.9 * (f + 0.5) / cells));
        values[size_t((1 << i) + f)] = value;
        if (bits == firstMomentBits) values[size_t(128 + (1 << i) + f)] = -value;
      }
      scale *= 0.1;
    }
    top = values[size_t((1 << bits) - 1)];
  }
};

constexpr MomentCode firstMomentCode{firstMomentBits}, secondMomentCode{secondMomentBits};

/// Below it a block's largest element counts as 0: its inverse would not be finite.
constexpr float leastMoment = 1e-35f;

/// The key of a step's random numbers for one parameter, which round its bfloat16 moments.
inline uint32_t noiseKey(uint64_t place, int64_t step) {
  const PhiloxBlock counter = {{uint32_t(place), uint32_t(place >> 32), uint32_t(step), uint32_t(step >> 32)}};
  return philox(counter, 0x6D6F6D65u, 0x6E747300u).words[0];
}

/// Blocks of so many elements.
constexpr int64_t momentBlocks(int64_t count) { return (count + momentBlock - 1) / momentBlock; }

}  // namespace ctorch
