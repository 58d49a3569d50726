// Small matrix products out of packed operands; included by the `isa_*.cpp` files alone.
//
// C [m, n] (+)= A [m, depth] * B [depth, n], one multiplier broadcast from A at a time, n a multiple of 16.
// An operand's unit is a float, or a pair of bfloat16 neighbours along the depth in one word.

#if CTORCH_HAS_AVX512
constexpr int tileRows = 8, tileVectors = 3;
#else
constexpr int tileRows = 4, tileVectors = 1;
#endif

/// Operands in float32.
struct Singles {
  using Unit = float;
  static constexpr int64_t perUnit = 1;
  static CTORCH_INLINE Floats multiplyAddUnit(float a, const float *b, Floats c) {
    return multiplyAdd(broadcast(a), load(b), c);
  }
  static CTORCH_INLINE Floats multiplyAddUnit(float a, Floats b, Floats c) {
    return multiplyAdd(broadcast(a), b, c);
  }
  static CTORCH_INLINE Floats loadUnits(const float *from) { return load(from); }
};

#if CTORCH_HAS_BF16
/// Operands in pairs of bfloat16.
struct Pairs {
  using Unit = uint32_t;
  static constexpr int64_t perUnit = 2;
  static CTORCH_INLINE Floats multiplyAddUnit(uint32_t a, Words b, Floats c) {
    return (Floats)_mm512_dpbf16_ps((__m512)c, (__m512bh)broadcastWord(a), (__m512bh)b);
  }
  static CTORCH_INLINE Words loadUnits(const uint32_t *from) { return loadAs<Words>(from); }
};
#endif

/// Where an operand's units lie.
template <typename Unit>
struct Operand {
  const Unit *units;
  int64_t rowStride, depthStride;
};

template <typename Kind, int rows, int vectors>
CTORCH_INLINE void multiplyTile(
    Operand<typename Kind::Unit> a, const typename Kind::Unit *b, int64_t bStride, float *c,
    int64_t cStride, int64_t depth, bool accumulate) {
  Floats sums[rows][vectors];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; ++r)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v)
      sums[r][v] = accumulate ? load(c + r * cStride + v * lanes) : Floats{};
  for (int64_t k = 0; k < depth; ++k) {
    const auto *bRow = b + k * bStride;
    decltype(Kind::loadUnits(bRow)) bVectors[vectors];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) bVectors[v] = Kind::loadUnits(bRow + v * lanes);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; ++r) {
      const auto unit = a.units[r * a.rowStride + k * a.depthStride];
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; ++v)
        sums[r][v] = Kind::multiplyAddUnit(unit, bVectors[v], sums[r][v]);
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; ++r)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) store(c + r * cStride + v * lanes, sums[r][v]);
}

template <typename Kind, int vectors, int rows = tileRows>
CTORCH_INLINE void multiplyRows(
    Operand<typename Kind::Unit> a, const typename Kind::Unit *b, int64_t bStride, float *c,
    int64_t cStride, int64_t m, int64_t depth, bool accumulate) {
  while (m >= rows) {
    multiplyTile<Kind, rows, vectors>(a, b, bStride, c, cStride, depth, accumulate);
    a.units += rows * a.rowStride;
    c += rows * cStride;
    m -= rows;
  }
  if constexpr (rows > 1) {
    if (m > 0)
      multiplyRows<Kind, vectors, rows / 2>(a, b, bStride, c, cStride, m, depth, accumulate);
  }
}

/// The whole product, in tiles that fit the registers.
template <typename Kind>
void multiply(
    Operand<typename Kind::Unit> a, const typename Kind::Unit *b, int64_t bStride, float *c,
    int64_t cStride, int64_t m, int64_t n, int64_t depth, bool accumulate) {
  int64_t left = n / lanes;
  while (left > 0) {
    int64_t vectors = 1;
    if constexpr (tileVectors >= 3) {
      // 4 are better as 2 and 2 than as 3 and 1.
      vectors = left == 4 || left == 2 ? 2 : left >= 3 ? 3 : 1;
      if (vectors == 3) multiplyRows<Kind, 3>(a, b, bStride, c, cStride, m, depth, accumulate);
      if (vectors == 2) multiplyRows<Kind, 2>(a, b, bStride, c, cStride, m, depth, accumulate);
    }
    if (vectors == 1) multiplyRows<Kind, 1>(a, b, bStride, c, cStride, m, depth, accumulate);
    b += vectors * lanes;
    c += vectors * lanes;
    left -= vectors;
  }
}

/// `rows` rows of `size` elements, as units row by row with zeros up to `units` a row.
CTORCH_INLINE void packRow(const float *from, int64_t size, float *to, int64_t units) {
  for (int64_t d = 0; d < units; d += lanes) store(to + d, load(from + d, size - d));
}
CTORCH_INLINE void packRow(const Brain *from, int64_t size, float *to, int64_t units) {
  for (int64_t d = 0; d < units; d += lanes) store(to + d, load(from + d, size - d));
}
#if CTORCH_HAS_BF16
CTORCH_INLINE void packRow(const Brain *from, int64_t size, uint32_t *to, int64_t units) {
  for (int64_t unit = 0; unit < units; unit += lanes) {
    const int64_t left = size - 2 * unit;
    if (left >= 2 * lanes) {
      storeAs(to + unit, loadAs<Words>(from + 2 * unit));
    } else {
      const uint32_t mask = left > 0 ? (1u << left) - 1 : 0u;
      storeAs(to + unit, (Words)_mm512_maskz_loadu_epi16(mask, from + 2 * unit));
    }
  }
}
#endif

template <int distance>
CTORCH_INLINE void exchange(Words (&rows)[16]) {
  // Rows i and i + distance trade their odd and even blocks of `distance` lanes.
  for (int i = 0; i < 16; ++i) {
    if (i & distance) continue;
    const Words a = rows[i], b = rows[i + distance];
    if constexpr (distance == 1) {
      rows[i] = __builtin_shufflevector(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30);
      rows[i + 1] =
          __builtin_shufflevector(a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
    } else if constexpr (distance == 2) {
      rows[i] = __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
      rows[i + 2] =
          __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
    } else if constexpr (distance == 4) {
      rows[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
      rows[i + 4] =
          __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
    } else {
      rows[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
      rows[i + 8] =
          __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
    }
  }
}

/// The transpose of [count, units] words into [units, stride], columns from `count` up to the next multiple of 16
/// being zeros. `units` is a multiple of 16.
CTORCH_INLINE void transpose(
    const void *from, int64_t fromStride, int64_t count, int64_t units, void *to, int64_t stride) {
  const uint32_t *source = static_cast<const uint32_t *>(from);
  uint32_t *target = static_cast<uint32_t *>(to);
  for (int64_t first = 0; first < count; first += lanes) {
    for (int64_t unit = 0; unit < units; unit += lanes) {
      Words rows[16];
      for (int r = 0; r < 16; ++r)
        rows[r] = first + r < count ? loadAs<Words>(source + (first + r) * fromStride + unit) : Words{};
      exchange<1>(rows);
      exchange<2>(rows);
      exchange<4>(rows);
      exchange<8>(rows);
      for (int r = 0; r < 16; ++r) storeAs(target + (unit + r) * stride + first, rows[r]);
    }
  }
}

/// Rows two by two, their elements side by side: unit (pair, d) holds element d of both rows. `rows` may be odd.
/// From rows of words (two elements each), `halfUnits` words a row, to [(rows + 1) / 2, 2 * halfUnits].
CTORCH_INLINE void interleaveRows(
    const uint32_t *from, int64_t fromStride, int64_t rows, int64_t halfUnits, uint32_t *to,
    int64_t toStride) {
  for (int64_t row = 0; row < rows; row += 2) {
    const uint32_t *upper = from + row * fromStride;
    const uint32_t *lower = upper + fromStride;
    uint32_t *target = to + row / 2 * toStride;
    for (int64_t unit = 0; unit < halfUnits; unit += lanes) {
      const Words a = loadAs<Words>(upper + unit);
      const Words b = row + 1 < rows ? loadAs<Words>(lower + unit) : Words{};
      const Words even = (a & 0xFFFFu) | (b << 16), odd = (a >> 16) | (b & 0xFFFF0000u);
      storeAs(
          target + 2 * unit,
          __builtin_shufflevector(even, odd, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
      storeAs(
          target + 2 * unit + lanes,
          __builtin_shufflevector(
              even, odd, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31));
    }
  }
}
