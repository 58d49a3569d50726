// One pass over a parameter, element by element; included by the `isa_*.cpp` files alone.

CTORCH_INLINE Floats squareRoot(Floats x) {
#if CTORCH_HAS_AVX512
  return (Floats)_mm512_sqrt_ps((__m512)x);
#else
  return __builtin_elementwise_sqrt(x);
#endif
}

template <typename Value>
void adam(const AdamCall &call, int64_t first, int64_t last) {
  const auto *gradients = static_cast<const Value *>(call.gradient);
  auto *copies = static_cast<Brain *>(call.copy);
  for (int64_t i = first; i < last; i += lanes) {
    const int64_t count = last - i;
    Floats gradient = load(gradients + i, count) * call.gradientScale;
    Floats weight = load(call.master + i, count);
    if (call.decoupled) {
      weight = weight * (1.0f - call.learningRateTimesDecay);
    } else {
      gradient = multiplyAdd(weight, broadcast(call.decay), gradient);
    }
    Floats mean = load(call.first + i, count);
    mean = multiplyAdd(gradient - mean, broadcast(call.oneMinusBeta1), mean);
    const Floats square =
        multiplyAdd(gradient * call.oneMinusBeta2, gradient, load(call.second + i, count) * call.beta2);
    store(call.first + i, mean, count);
    store(call.second + i, square, count);
    const Floats denominator = squareRoot(square) * call.inverseCorrection2 + call.epsilon;
    weight = weight - mean * call.stepSize / denominator;
    store(call.master + i, weight, count);
    if (copies) store(copies + i, weight, count);
  }
}

template <typename Value>
void sgd(const SgdCall &call, int64_t first, int64_t last) {
  const auto *gradients = static_cast<const Value *>(call.gradient);
  auto *copies = static_cast<Brain *>(call.copy);
  for (int64_t i = first; i < last; i += lanes) {
    const int64_t count = last - i;
    const Floats weight = load(call.master + i, count);
    Floats gradient =
        multiplyAdd(weight, broadcast(call.decay), load(gradients + i, count) * call.gradientScale);
    if (call.buffer) {
      Floats velocity = gradient;
      if (!call.firstStep)
        velocity = multiplyAdd(
            gradient, broadcast(call.oneMinusDampening),
            load(call.buffer + i, count) * call.momentum);
      store(call.buffer + i, velocity, count);
      gradient = call.nesterov ? multiplyAdd(velocity, broadcast(call.momentum), gradient) : velocity;
    }
    const Floats moved = multiplyAdd(gradient, broadcast(-call.learningRate), weight);
    store(call.master + i, moved, count);
    if (copies) store(copies + i, moved, count);
  }
}

template <typename Value>
double sumOfSquares(const void *values, int64_t count) {
  const auto *from = static_cast<const Value *>(values);
  Doubles total{};
  for (int64_t i = 0; i < count; i += lanes) {
    const Doubles wide = __builtin_convertvector(load(from + i, count - i), Doubles);
    total += wide * wide;
  }
  double result = 0;
  for (int lane = 0; lane < int(lanes); ++lane) result += total[lane];
  return result;
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
