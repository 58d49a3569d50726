// Optimiser steps, element by element; included by the `isa_*.cpp` files alone.

CTORCH_INLINE Floats squareRoot(Floats x) {
#if CTORCH_HAS_AVX512
  return (Floats)_mm512_sqrt_ps((__m512)x);
#else
  return __builtin_elementwise_sqrt(x);
#endif
}

struct AdamLanes {
  Floats weight, mean, square;
};

/// The step of 16 elements; one statement an operation, so that all callers round alike.
CTORCH_INLINE AdamLanes moved(const AdamCall &call, Floats gradient, AdamLanes at) {
  at.weight = at.weight * call.weightFactor;
  // Added only when there is some: 0 times a weight that is not finite would not be 0.
  if (call.decay != 0) gradient = multiplyAdd(at.weight, broadcast(call.decay), gradient);
  at.mean = multiplyAdd(gradient - at.mean, broadcast(call.oneMinusBeta1), at.mean);
  at.square = multiplyAdd(gradient * call.oneMinusBeta2, gradient, at.square * call.beta2);
  const Floats denominator = squareRoot(at.square) * call.inverseCorrection2 + call.epsilon;
  at.weight = at.weight - at.mean * call.stepSize / denominator;
  return at;
}

template <typename Value, typename Moment>
void adam(const AdamCall &call, const void *gradient, int64_t first, int64_t last) {
  const auto *gradients = static_cast<const Value *>(gradient);
  auto *copies = static_cast<Brain *>(call.copy);
  auto *means = static_cast<Moment *>(call.first), *squares = static_cast<Moment *>(call.second);
  for (int64_t i = first; i < last; i += lanes) {
    const int64_t count = last - i;
    Floats slope{};
    if (gradients) slope = load(gradients + (i - first), count) * call.gradientScale;
    const AdamLanes at = moved(
        call, slope,
        {load(call.master + i, count), load(means + i, count), load(squares + i, count)});
    storeMoments(means + i, squares + i, at.mean, at.square, call, i, count);
    store(call.master + i, at.weight, count);
    if (copies) store(copies + i, at.weight, count);
  }
}

/// With moments as codes: a block is read, moved in float32, and written with new scales.
template <typename Value>
void adamInBlocks(const AdamCall &call, const void *gradient, int64_t first, int64_t last) {
  const auto *gradients = static_cast<const Value *>(gradient);
  auto *copies = static_cast<Brain *>(call.copy);
  auto *means = static_cast<uint8_t *>(call.first), *squares = static_cast<uint8_t *>(call.second);
  float newMeans[momentBlock], newSquares[momentBlock];
  for (int64_t begin = first; begin < last; begin += momentBlock) {
    const int64_t end = begin + momentBlock < last ? begin + momentBlock : last;
    float &meanScale = call.firstScales[begin / momentBlock];
    float &squareScale = call.secondScales[begin / momentBlock];
    for (int64_t i = begin; i < end; i += lanes) {
      const int64_t count = end - i;
      Floats slope{};
      if (gradients) slope = load(gradients + (i - first), count) * call.gradientScale;
      const AdamLanes at = moved(
          call, slope,
          {load(call.master + i, count), decoded(loadCodes(means + i, count), firstMomentCode) * meanScale,
           decoded(loadCodes(squares + i, count), secondMomentCode) * squareScale});
      storeAs(newMeans + (i - begin), at.mean);
      storeAs(newSquares + (i - begin), at.square);
      store(call.master + i, at.weight, count);
      if (copies) store(copies + i, at.weight, count);
    }
    meanScale = storeBlock(means + begin, newMeans, end - begin, firstMomentCode);
    squareScale = storeBlock(squares + begin, newSquares, end - begin, secondMomentCode);
  }
}

/// What a step of Adam does to weights without moments and gradients.
inline void decayWeights(const AdamCall &call, int64_t first, int64_t last) {
  auto *copies = static_cast<Brain *>(call.copy);
  for (int64_t i = first; i < last; i += lanes) {
    const int64_t count = last - i;
    const Floats weight = load(call.master + i, count) * call.weightFactor;
    store(call.master + i, weight, count);
    if (copies) store(copies + i, weight, count);
  }
}

template <typename Value>
void sgd(const SgdCall &call, const void *gradient, int64_t first, int64_t last) {
  const auto *gradients = static_cast<const Value *>(gradient);
  auto *copies = static_cast<Brain *>(call.copy);
  for (int64_t i = first; i < last; i += lanes) {
    const int64_t count = last - i;
    const Floats weight = load(call.master + i, count);
    Floats scaled{};
    if (gradients) scaled = load(gradients + (i - first), count) * call.gradientScale;
    Floats slope = multiplyAdd(weight, broadcast(call.decay), scaled);
    if (call.buffer) {
      Floats velocity = slope;
      if (!call.firstStep)
        velocity = multiplyAdd(
            slope, broadcast(call.oneMinusDampening), load(call.buffer + i, count) * call.momentum);
      store(call.buffer + i, velocity, count);
      slope = call.nesterov ? multiplyAdd(velocity, broadcast(call.momentum), slope) : velocity;
    }
    const Floats after = multiplyAdd(slope, broadcast(-call.learningRate), weight);
    store(call.master + i, after, count);
    if (copies) store(copies + i, after, count);
  }
}

CTORCH_INLINE Doubles withSquares(Doubles sums, Floats values) {
  const Doubles wide = __builtin_convertvector(values, Doubles);
  return sums + wide * wide;
}

/// Values in parts add up to the bits of the same values in one.
template <typename Value>
void addSquares(const void *values, int64_t count, int64_t lane, double *sums) {
  const auto *from = static_cast<const Value *>(values);
  Doubles total = loadAs<Doubles>(sums);
  if (lane > 0) {
    Value shifted[lanes] = {};
    const int64_t head = count < lanes - lane ? count : lanes - lane;
    for (int64_t i = 0; i < head; ++i) shifted[lane + i] = from[i];
    total = withSquares(total, load(shifted));
    from += head;
    count -= head;
  }
  for (int64_t i = 0; i < count; i += lanes) total = withSquares(total, load(from + i, count - i));
  storeAs(sums, total);
}

template <typename Value>
void accumulate(float *sums, const void *values, float scale, int64_t count) {
  const auto *from = static_cast<const Value *>(values);
  for (int64_t i = 0; i < count; i += lanes)
    store(
        sums + i,
        multiplyAdd(load(from + i, count - i), broadcast(scale), load(sums + i, count - i)),
        count - i);
}

inline void widen(const void *bfloat16, float *values, int64_t count) {
  const auto *from = static_cast<const Brain *>(bfloat16);
  for (int64_t i = 0; i < count; i += lanes) store(values + i, load(from + i, count - i), count - i);
}

inline void narrow(const float *values, void *bfloat16, int64_t count) {
  auto *to = static_cast<Brain *>(bfloat16);
  for (int64_t i = 0; i < count; i += lanes) store(to + i, load(values + i, count - i), count - i);
}
