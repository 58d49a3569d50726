// Quantised weights back to numbers; included by the `isa_*.cpp` files alone.

/// The entries of a table of 16 that 16 lanes name.
CTORCH_INLINE Floats lookedUp(const float *table, Words places) {
#if CTORCH_HAS_AVX512
  return (Floats)_mm512_permutexvar_ps((__m512i)places, (__m512)load(table));
#else
  Floats values;
  for (int lane = 0; lane < lanes; ++lane) values[lane] = table[places[lane]];
  return values;
#endif
}

/// Blocks `first` to `last` of 64 numbers in half a byte each, the upper half first.
template <typename Value>
void decodeNormalFloats(const NormalFloatCall &call, int64_t first, int64_t last) {
  typedef uint8_t Bytes __attribute__((vector_size(8)));
  typedef uint32_t HalfWords __attribute__((vector_size(32)));
  constexpr Words shifts = {4, 0, 4, 0, 4, 0, 4, 0, 4, 0, 4, 0, 4, 0, 4, 0};
  for (int64_t block = first; block < last; ++block) {
    const Floats scale = broadcast(call.scales[block]);
    const int64_t end = (block + 1) * normalFloatBlock < call.count ? (block + 1) * normalFloatBlock : call.count;
    for (int64_t place = block * normalFloatBlock; place < end; place += lanes) {
      const int64_t count = end - place;
      Bytes bytes = {};
      if (count >= lanes)
        bytes = loadAs<Bytes>(call.codes + place / 2);
      else
        __builtin_memcpy(&bytes, call.codes + place / 2, size_t((count + 1) / 2));
      const HalfWords wide = __builtin_convertvector(bytes, HalfWords);
      const Words twice = __builtin_shufflevector(wide, wide, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
      store(
          static_cast<Value *>(call.values) + place,
          lookedUp(call.table, (twice >> shifts) & 15u) * scale, count);
    }
  }
}

/// Rows `first` to `last` of signed bytes, each with a scale of its own.
template <typename Value>
void decodeBytes(const ByteRowsCall &call, int64_t first, int64_t last) {
  typedef int8_t Bytes __attribute__((vector_size(16)));
  for (int64_t row = first; row < last; ++row) {
    const Floats scale = broadcast(call.scales[row]);
    const int8_t *from = call.codes + row * call.columns;
    Value *to = static_cast<Value *>(call.values) + row * call.columns;
    for (int64_t c = 0; c < call.columns; c += lanes) {
      const int64_t count = call.columns - c;
      Bytes bytes = {};
      if (count >= lanes)
        bytes = loadAs<Bytes>(from + c);
      else
        __builtin_memcpy(&bytes, from + c, size_t(count));
      store(to + c, __builtin_convertvector(__builtin_convertvector(bytes, Ints), Floats) * scale, count);
    }
  }
}
