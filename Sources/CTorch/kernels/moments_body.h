// How moments of Adam lie in memory, as the steps read and write them; included by the `isa_*.cpp` files alone.

/// 32 random bits a lane: the finaliser of MurmurHash3 (Appleby, 2011) over the element's number and the step's key.
CTORCH_INLINE Words noise(uint32_t key, int64_t element) {
  Words word = (laneNumbers() + uint32_t(element)) ^ key;
  word = (word ^ word >> 16) * 0x85EBCA6Bu;
  word = (word ^ word >> 13) * 0xC2B2AE35u;
  return word ^ word >> 16;
}

/// Rounded to bfloat16 up or down with the chances that keep the mean; the last 16 bits of `random` decide.
CTORCH_INLINE Halves roundedByChance(Floats values, Words random) {
  const Words bits = ((Words)values + (random & 0xFFFFu)) >> 16;
  const Words quiet = (Words)values >> 16 | 0x40u;
  return __builtin_convertvector((Words)(values == values ? (Ints)bits : (Ints)quiet), Halves);
}

CTORCH_INLINE void storeMoments(
    float *first, float *second, Floats mean, Floats square, const AdamCall &, int64_t, int64_t count) {
  store(first, mean, count);
  store(second, square, count);
}

CTORCH_INLINE void storeRounded(Brain *to, Halves values, int64_t count) {
  Brain buffer[lanes];
  storeAs(buffer, values);
  for (int64_t i = 0; i < count; ++i) to[i] = buffer[i];
}

CTORCH_INLINE void storeMoments(
    Brain *first, Brain *second, Floats mean, Floats square, const AdamCall &call, int64_t element, int64_t count) {
  const Words random = noise(call.noiseKey, element);
  const Halves means = roundedByChance(mean, random), squares = roundedByChance(square, random >> 16);
  if (count >= lanes) {
    storeAs(first, means);
    storeAs(second, squares);
  } else {
    storeRounded(first, means, count);
    storeRounded(second, squares, count);
  }
}

typedef uint8_t Bytes __attribute__((vector_size(16)));

CTORCH_INLINE Ints loadCodes(const uint8_t *from, int64_t count) {
  if (count >= lanes) return __builtin_convertvector(loadAs<Bytes>(from), Ints);
  uint8_t buffer[lanes] = {};
  for (int64_t i = 0; i < count; ++i) buffer[i] = from[i];
  return __builtin_convertvector(loadAs<Bytes>(buffer), Ints);
}

CTORCH_INLINE void storeCodes(uint8_t *to, Ints codes, int64_t count) {
  const Bytes bytes = __builtin_convertvector(codes, Bytes);
  if (count >= lanes) {
    storeAs(to, bytes);
    return;
  }
  uint8_t buffer[lanes];
  storeAs(buffer, bytes);
  for (int64_t i = 0; i < count; ++i) to[i] = buffer[i];
}

/// The values of 16 codes: within a decade they lie on a line.
CTORCH_INLINE Floats decoded(Ints codes, const MomentCode &code) {
  const Ints number = codes & ((1 << code.bits) - 1);
  Floats slope{}, start{};
  for (int i = 0; i < code.bits; ++i) {
    const MomentDecade &decade = code.decades[size_t(i)];
    const Ints isIn = number >= 1 << i;
    slope = choose(isIn, broadcast(decade.step), slope);
    start = choose(isIn, broadcast(decade.base), start);
  }
  const Words value = (Words)(__builtin_convertvector(number, Floats) * slope + start);
  if (code.bits == secondMomentBits) return (Floats)value;
  return (Floats)(value | ((Words)codes << 24 & 0x80000000u));
}

/// The codes of 16 values that are at most the code's top value.
CTORCH_INLINE Ints encoded(Floats values, const MomentCode &code) {
  const Floats size = (Floats)((Words)values & 0x7FFFFFFFu);
  Floats factor = broadcast(code.decades[0].factor), offset = broadcast(code.decades[0].offset);
  Floats cells = broadcast(code.decades[0].cells);
  for (int i = 1; i < code.bits; ++i) {
    const MomentDecade &decade = code.decades[size_t(i)];
    const Ints isIn = size >= decade.start;
    factor = choose(isIn, broadcast(decade.factor), factor);
    offset = choose(isIn, broadcast(decade.offset), offset);
    cells = choose(isIn, broadcast(decade.cells), cells);
  }
  const Floats place = size * factor - offset;
  const Ints cell = __builtin_convertvector(larger(place, Floats{}), Ints);
  const Ints count = __builtin_convertvector(cells, Ints);
  const Ints number = count + (cell < count ? cell : count - 1);
  const Ints lowest = (Ints)(size >= code.decades[0].start);
  if (code.bits == firstMomentBits) return (number & lowest) | ((Ints)((Words)values >> 24 & 0x80u) & lowest);
  // A second moment that is not 0 never becomes 0: the step divides by its root.
  return (lowest ? number : Ints{} + 1) & (Ints)(size > 0.0f);
}

/// Writes a block's moments as codes, and gives their scale.
CTORCH_INLINE float storeBlock(uint8_t *codes, const float *values, int64_t count, const MomentCode &code) {
  Floats most{};
  for (int64_t i = 0; i < count; i += lanes)
    most = larger(most, (Floats)((Words)loadAs<Floats>(values + i) & 0x7FFFFFFFu));
  const float size = largest(most);
  const float inverse = size < leastMoment ? 0 : code.top / size;
  for (int64_t i = 0; i < count; i += lanes)
    storeCodes(codes + i, encoded(loadAs<Floats>(values + i) * inverse, code), count - i);
  return size < leastMoment ? 0 : size / code.top;
}
