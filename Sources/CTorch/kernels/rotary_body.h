// Rotary position embedding, token by token; included by the `isa_*.cpp` files alone.

/// The lanes of two vectors one after another, those of even place and those of odd place.
struct Deinterleaved {
  Floats even, odd;
};

CTORCH_INLINE Deinterleaved deinterleave(Floats low, Floats high) {
  return {
      __builtin_shufflevector(low, high, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30),
      __builtin_shufflevector(low, high, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)};
}

CTORCH_INLINE Floats interleavedLow(Floats even, Floats odd) {
  return __builtin_shufflevector(even, odd, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

CTORCH_INLINE Floats interleavedHigh(Floats even, Floats odd) {
  return __builtin_shufflevector(even, odd, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

template <typename Value, bool interleaved>
CTORCH_INLINE void rotateHead(
    const Value *x, Value *y, const float *cosines, const float *sines, int64_t pairs, float direction) {
  for (int64_t i = 0; i < pairs; i += lanes) {
    const int64_t count = pairs - i;
    const Floats cosine = load(cosines + i, count), sine = load(sines + i, count) * direction;
    if constexpr (interleaved) {
      const int64_t rest = 2 * count - lanes;  // elements of the second vector, maybe none
      const Value *from = x + 2 * i;
      const Floats low = load(from, 2 * count);
      const Floats high = rest > 0 ? load(from + lanes, rest) : Floats{};
      const auto [a, b] = deinterleave(low, high);
      const Floats even = multiplyAdd(a, cosine, -(b * sine)), odd = multiplyAdd(b, cosine, a * sine);
      store(y + 2 * i, interleavedLow(even, odd), 2 * count);
      if (rest > 0) store(y + 2 * i + lanes, interleavedHigh(even, odd), rest);
    } else {
      const Floats a = load(x + i, count), b = load(x + pairs + i, count);
      store(y + i, multiplyAdd(a, cosine, -(b * sine)), count);
      store(y + pairs + i, multiplyAdd(b, cosine, a * sine), count);
    }
  }
}

template <typename Value>
void rotary(const RotaryCall &call, int64_t first, int64_t last) {
  for (int64_t token = first; token < last; ++token) {
    const float *cosines = call.cosines + call.positions[token] * call.pairs;
    const float *sines = call.sines + call.positions[token] * call.pairs;
    for (int64_t head = 0; head < call.heads; ++head) {
      const Value *x =
          static_cast<const Value *>(call.x) + token * call.tokenStride + head * call.headStride;
      Value *y = static_cast<Value *>(call.y) + (token * call.heads + head) * call.size;
      int64_t kept = 0;  // where the elements begin that are passed on
      if (head < call.rotatedHeads) {
        kept = 2 * call.pairs;
        if (call.interleaved) {
          rotateHead<Value, true>(x, y, cosines, sines, call.pairs, call.direction);
        } else {
          rotateHead<Value, false>(x, y, cosines, sines, call.pairs, call.direction);
        }
      }
      if (kept < call.size)
        __builtin_memcpy(y + kept, x + kept, size_t(call.size - kept) * sizeof(Value));
    }
  }
}
