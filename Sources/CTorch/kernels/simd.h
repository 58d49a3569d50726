// Vectors of 16 lanes in the compiler's own vector types: one source for every instruction set. Included by the
// `isa_*.cpp` files alone, inside their namespace and under their target, with CTORCH_HAS_FMA, CTORCH_HAS_AVX512 and
// CTORCH_HAS_BF16 saying what may be used.

#define CTORCH_INLINE inline __attribute__((always_inline))

typedef float Floats __attribute__((vector_size(64)));
typedef double Doubles __attribute__((vector_size(128)));
typedef int32_t Ints __attribute__((vector_size(64)));
typedef uint32_t Words __attribute__((vector_size(64)));
typedef uint64_t WideWords __attribute__((vector_size(128)));
typedef uint16_t Halves __attribute__((vector_size(32)));

/// An element of bfloat16 in memory.
struct Brain {
  uint16_t bits;
};

constexpr int64_t lanes = 16;

CTORCH_INLINE int64_t roundUp(int64_t value, int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

template <typename Vector, typename Pointer>
CTORCH_INLINE Vector loadAs(const Pointer *from) {
  Vector vector;
  __builtin_memcpy(&vector, from, sizeof(Vector));
  return vector;
}

template <typename Vector, typename Pointer>
CTORCH_INLINE void storeAs(Pointer *to, Vector vector) {
  __builtin_memcpy(to, &vector, sizeof(Vector));
}

CTORCH_INLINE Floats broadcast(float value) { return value - Floats{}; }

CTORCH_INLINE Words broadcastWord(uint32_t value) { return value - Words{}; }

CTORCH_INLINE Words laneNumbers() {
  return Words{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
}

CTORCH_INLINE Floats multiplyAdd(Floats a, Floats b, Floats c) {
#if CTORCH_HAS_FMA
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

CTORCH_INLINE Floats choose(Ints condition, Floats yes, Floats no) { return condition ? yes : no; }

CTORCH_INLINE Floats larger(Floats a, Floats b) { return choose(a > b, a, b); }

CTORCH_INLINE float sum(Floats vector) {
  const auto halves = __builtin_shufflevector(vector, vector, 0, 1, 2, 3, 4, 5, 6, 7) +
                      __builtin_shufflevector(vector, vector, 8, 9, 10, 11, 12, 13, 14, 15);
  const auto quarters = __builtin_shufflevector(halves, halves, 0, 1, 2, 3) +
                        __builtin_shufflevector(halves, halves, 4, 5, 6, 7);
  return (quarters[0] + quarters[2]) + (quarters[1] + quarters[3]);
}

CTORCH_INLINE float largest(Floats vector) {
  vector = larger(
      vector, __builtin_shufflevector(vector, vector, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  vector = larger(
      vector, __builtin_shufflevector(vector, vector, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3));
  vector = larger(
      vector, __builtin_shufflevector(vector, vector, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1));
  return vector[0] > vector[1] ? vector[0] : vector[1];
}

CTORCH_INLINE Floats widened(Halves bits) {
  return (Floats)(__builtin_convertvector(bits, Words) << 16);
}

/// Rounded to nearest, ties to even; NaN stays NaN.
CTORCH_INLINE Halves narrowed(Floats values) {
#if CTORCH_HAS_BF16
  return (Halves)_mm512_cvtneps_pbh((__m512)values);
#else
  const Words bits = (Words)values;
  const Words rounded = (bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16;
  const Words quiet = (bits >> 16) | 0x40u;
  const Words result = (Words)(values == values ? (Ints)rounded : (Ints)quiet);
  return __builtin_convertvector(result, Halves);
#endif
}

CTORCH_INLINE Floats load(const float *from) { return loadAs<Floats>(from); }
CTORCH_INLINE Floats load(const Brain *from) { return widened(loadAs<Halves>(from)); }
CTORCH_INLINE void store(float *to, Floats values) { storeAs(to, values); }
CTORCH_INLINE void store(Brain *to, Floats values) { storeAs(to, narrowed(values)); }

#if CTORCH_HAS_AVX512
/// The mask of the first `count` lanes, which are fewer than all.
CTORCH_INLINE __mmask16 firstLanes(int64_t count) {
  return __mmask16(count > 0 ? (1u << count) - 1 : 0);
}

/// The first `count` lanes from memory, 0 in the others.
CTORCH_INLINE Floats load(const float *from, int64_t count) {
  if (count >= lanes) return load(from);
  return (Floats)_mm512_maskz_loadu_ps(firstLanes(count), from);
}
CTORCH_INLINE Floats load(const Brain *from, int64_t count) {
  if (count >= lanes) return load(from);
  return widened((Halves)_mm256_maskz_loadu_epi16(firstLanes(count), from));
}

/// The first `count` lanes to memory.
CTORCH_INLINE void store(float *to, Floats values, int64_t count) {
  if (count >= lanes) return store(to, values);
  _mm512_mask_storeu_ps(to, firstLanes(count), (__m512)values);
}
CTORCH_INLINE void store(Brain *to, Floats values, int64_t count) {
  if (count >= lanes) return store(to, values);
  _mm256_mask_storeu_epi16(to, firstLanes(count), (__m256i)narrowed(values));
}
#else
/// The first `count` lanes from memory, 0 in the others.
template <typename Pointer>
CTORCH_INLINE Floats load(const Pointer *from, int64_t count) {
  if (count >= lanes) return load(from);
  Pointer buffer[lanes] = {};
  for (int64_t i = 0; i < count; ++i) buffer[i] = from[i];
  return load(buffer);
}

/// The first `count` lanes to memory.
template <typename Pointer>
CTORCH_INLINE void store(Pointer *to, Floats values, int64_t count) {
  if (count >= lanes) {
    store(to, values);
    return;
  }
  Pointer buffer[lanes];
  store(buffer, values);
  for (int64_t i = 0; i < count; ++i) to[i] = buffer[i];
}
#endif

/// 1 / x to float32's accuracy.
CTORCH_INLINE Floats reciprocal(Floats x) {
#if CTORCH_HAS_AVX512
  const Floats guess = (Floats)_mm512_rcp14_ps((__m512)x);
  return multiplyAdd(guess, multiplyAdd(-x, guess, broadcast(1)), guess);
#else
  return 1.0f / x;
#endif
}

/// 2 to the x; 0 below -126 and for minus infinity, at most 2^127.99. Relative error 1e-7.
CTORCH_INLINE Floats exp2(Floats x) {
  constexpr float rounding = 12582912.0f;  // 1.5 * 2^23: adding it leaves the nearest integer in the low bits
  const Floats limited = choose(x > 127.99f, broadcast(127.99f), x);
  const Floats shifted = limited + rounding;
  const Floats fraction = limited - (shifted - rounding);
  Floats p = broadcast(0.0001534580806037411f);
  p = multiplyAdd(p, fraction, broadcast(0.0013399930903688073f));
  p = multiplyAdd(p, fraction, broadcast(0.009618489071726799f));
  p = multiplyAdd(p, fraction, broadcast(0.05550328642129898f));
  p = multiplyAdd(p, fraction, broadcast(0.24022646248340607f));
  p = multiplyAdd(p, fraction, broadcast(0.6931471824645996f));
  p = multiplyAdd(p, fraction, broadcast(1));
  const Floats scaled = (Floats)((Words)p + ((Words)shifted << 23));
  return choose(x < -126.0f, Floats{}, scaled);
}

/// Eight dropout decisions a lane, as a word for two of them each: the lower 16 bits and the upper.
struct Decisions {
  Words words[4];
};

CTORCH_INLINE Words upperProduct(Words a, uint32_t factor) {
  const WideWords wide = __builtin_convertvector(a, WideWords) * uint64_t(factor);
  return __builtin_convertvector(wide >> 32, Words);
}

CTORCH_INLINE Decisions decide(Words c0, Words c1, Words c2, Words c3, const DropoutMask &mask) {
  uint32_t key0 = mask.key0, key1 = mask.key1;
#pragma clang loop unroll(full)
  for (int round = 0; round < philoxRounds; ++round) {
    const Words upper0 = upperProduct(c0, philoxMultiplier0), lower0 = c0 * philoxMultiplier0;
    const Words upper1 = upperProduct(c2, philoxMultiplier1), lower1 = c2 * philoxMultiplier1;
    c0 = upper1 ^ c1 ^ key0;
    c2 = upper0 ^ c3 ^ key1;
    c1 = lower1;
    c3 = lower0;
    key0 += philoxWeyl0;
    key1 += philoxWeyl1;
  }
  return {{c0, c1, c2, c3}};
}

/// Which lanes decision `index` keeps.
CTORCH_INLINE Ints kept(const Decisions &decisions, int index, uint32_t threshold) {
  const Words word = decisions.words[index / 2];
  // Comparing whole words: the other half below or above makes no difference to the order.
  return (Ints)((index % 2 ? word : word << 16) >= threshold << 16);
}

/// What dropout multiplies the columns of one row with.
CTORCH_INLINE void fillDropoutFactors(
    float *factors, int64_t row, int64_t columns, const DropoutMask &mask) {
  const Floats factor = broadcast(mask.keptFactor);
  for (int64_t column = 0; column < columns; column += 8 * lanes) {
    const Decisions decisions = decide(
        laneNumbers() + uint32_t(column / 8), broadcastWord(uint32_t(row)),
        broadcastWord(uint32_t(uint64_t(row) >> 32)), broadcastWord(mask.tweak), mask);
#pragma clang loop unroll(full)
    for (int k = 0; k < 8; ++k)
      store(
          factors + column + k * lanes,
          choose(kept(decisions, k, mask.threshold), factor, Floats{}));
  }
}
