// Norms with what stands around them, row by row; included by the `isa_*.cpp` files alone.

/// The share of a row that is worked on in float32: `sums`, then factors of a dropout.
struct NormRow {
  float *values;
  float *factors;
  int64_t columns;

  explicit NormRow(int64_t columns) : columns(columns) {
    const int64_t padded = roundUp(columns, 8 * lanes);
    Scratch &scratch = Scratch::ofThread(size_t(2 * padded) * sizeof(float) + 128);
    values = scratch.take<float>(padded);
    factors = scratch.take<float>(padded);
  }
};

/// What a norm does with a row.
struct NormForm {
  float epsilon;
  /// `bias` may be null.
  const float *weight, *bias;
  bool rootMeanSquare;
};

/// Normalises the row's values, whose columns add up to `total`; writes what is asked for.
template <typename Value>
CTORCH_INLINE void normaliseRow(
    const NormRow &row, Floats total, const NormForm &form, bool dropout, Value *y,
    Value *normalised, float *inverseDeviation) {
  const int64_t columns = row.columns;
  const float mean = form.rootMeanSquare ? 0 : sum(total) / float(columns);
  Floats squares{};
  for (int64_t c = 0; c < columns; c += lanes) {
    const int64_t count = columns - c;
    Floats difference = load(row.values + c) - mean;
    if (count < lanes)
      difference = choose((Ints)laneNumbers() < int32_t(count), difference, Floats{});
    squares = multiplyAdd(difference, difference, squares);
  }
  const float inverse = 1.0f / __builtin_sqrtf(sum(squares) / float(columns) + form.epsilon);
  if (inverseDeviation) *inverseDeviation = inverse;
  for (int64_t c = 0; c < columns; c += lanes) {
    const int64_t count = columns - c;
    const Floats unit = (load(row.values + c) - mean) * inverse;
    if (normalised) store(normalised + c, unit, count);
    const Floats shift = form.bias ? load(form.bias + c, count) : Floats{};
    Floats result = multiplyAdd(unit, load(form.weight + c, count), shift);
    if (dropout) result = result * load(row.factors + c);
    store(y + c, result, count);
  }
}

template <typename Value>
void normForward(const NormCall &call, int64_t first, int64_t last) {
  const int64_t columns = call.columns;
  const NormRow row(columns);
  const NormForm form{call.epsilon, call.weight, call.bias, call.rootMeanSquare};
  const bool dropout = call.mask.removesAny();
  for (int64_t r = first; r < last; ++r) {
    const Value *x = static_cast<const Value *>(call.x) + r * columns;
    Value *kept = call.sum ? static_cast<Value *>(call.sum) + r * columns : nullptr;
    const Value *residual =
        call.residual ? static_cast<const Value *>(call.residual) + r * columns : nullptr;
    if (dropout) fillDropoutFactors(row.factors, r, columns, call.mask);
    Floats total{};
    for (int64_t c = 0; c < columns; c += lanes) {
      const int64_t count = columns - c;
      Floats value = load(x + c, count);
      if (call.xBias) value += load(call.xBias + c, count);
      if (dropout) value = value * load(row.factors + c);
      if (residual) value += load(residual + c, count);
      if (count < lanes) value = choose((Ints)laneNumbers() < int32_t(count), value, Floats{});
      store(row.values + c, value);
      if (kept) store(kept + c, value, count);
      total += value;
    }
    normaliseRow<Value>(
        row, total, form, false,
        static_cast<Value *>(call.y) + r * columns,
        call.normalised ? static_cast<Value *>(call.normalised) + r * columns : nullptr,
        call.inverseDeviation ? call.inverseDeviation + r : nullptr);
  }
}

/// Adds to the vectors' gradients and leaves the gradient of the normalised row's input in `row.values`.
template <typename Value>
CTORCH_INLINE void differentiateNormRow(
    const NormRow &row, const Value *yGradient, bool dropout, const Value *normalised,
    float inverseDeviation, const float *weight, bool rootMeanSquare, float *weightGradient,
    float *biasGradient) {
  const int64_t columns = row.columns;
  Floats gradientTotal{}, productTotal{};
  for (int64_t c = 0; c < columns; c += lanes) {
    const int64_t count = columns - c;
    Floats gradient = load(yGradient + c, count);
    if (dropout) gradient = gradient * load(row.factors + c);
    const Floats unit = load(normalised + c, count);
    if (weightGradient)
      store(
          weightGradient + c, multiplyAdd(gradient, unit, load(weightGradient + c, count)), count);
    if (biasGradient) store(biasGradient + c, load(biasGradient + c, count) + gradient, count);
    gradient = gradient * load(weight + c, count);
    gradientTotal += gradient;
    productTotal = multiplyAdd(gradient, unit, productTotal);
    store(row.values + c, gradient);
  }
  const float mean = rootMeanSquare ? 0 : sum(gradientTotal) / float(columns);
  const float along = sum(productTotal) / float(columns);
  for (int64_t c = 0; c < columns; c += lanes) {
    const Floats unit = load(normalised + c, columns - c);
    store(
        row.values + c,
        multiplyAdd(unit, broadcast(-along), load(row.values + c) - mean) * inverseDeviation);
  }
}

template <typename Value>
void normBackward(const NormCall &call, int64_t first, int64_t last) {
  const int64_t columns = call.columns;
  const NormRow row(columns);
  const bool dropout = call.mask.removesAny();
  for (int64_t r = first; r < last; ++r) {
    differentiateNormRow<Value>(
        row, static_cast<const Value *>(call.yGradient) + r * columns, false,
        static_cast<const Value *>(call.normalised) + r * columns, call.inverseDeviation[r],
        call.weight, call.rootMeanSquare, call.weightGradient, call.biasGradient);
    if (call.sumGradient) {
      const Value *from = static_cast<const Value *>(call.sumGradient) + r * columns;
      for (int64_t c = 0; c < columns; c += lanes)
        store(row.values + c, load(row.values + c) + load(from + c, columns - c));
    }
    if (call.residualGradient) {
      Value *to = static_cast<Value *>(call.residualGradient) + r * columns;
      for (int64_t c = 0; c < columns; c += lanes) store(to + c, load(row.values + c), columns - c);
    }
    if (!call.xGradient && !call.xBiasGradient) continue;
    if (dropout) fillDropoutFactors(row.factors, r, columns, call.mask);
    Value *to = call.xGradient ? static_cast<Value *>(call.xGradient) + r * columns : nullptr;
    for (int64_t c = 0; c < columns; c += lanes) {
      const int64_t count = columns - c;
      Floats gradient = load(row.values + c);
      if (dropout) gradient = gradient * load(row.factors + c);
      if (to) store(to + c, gradient, count);
      if (call.xBiasGradient)
        store(call.xBiasGradient + c, load(call.xBiasGradient + c, count) + gradient, count);
    }
  }
}

template <typename Value>
void embeddingForward(const EmbeddingCall &call, int64_t first, int64_t last) {
  const int64_t columns = call.columns;
  const NormRow row(columns);
  const bool dropout = call.mask.removesAny();
  const auto *words = static_cast<const Value *>(call.words);
  const auto *positions = static_cast<const Value *>(call.positionTable);
  const auto *segments = static_cast<const Value *>(call.segmentTable);
  for (int64_t r = first; r < last; ++r) {
    const Value *word = words + call.tokens[r] * columns;
    const Value *position = positions ? positions + call.positions[r] * columns : nullptr;
    const Value *segment =
        segments ? segments + (call.segments ? call.segments[r] : 0) * columns : nullptr;
    Floats total{};
    for (int64_t c = 0; c < columns; c += lanes) {
      const int64_t count = columns - c;
      Floats value = load(word + c, count);
      if (position) value += load(position + c, count);
      if (segment) value += load(segment + c, count);
      store(row.values + c, value);
      total += value;
    }
    if (dropout) fillDropoutFactors(row.factors, r, columns, call.mask);
    normaliseRow<Value>(
        row, total, {call.epsilon, call.weight, call.bias, false}, dropout,
        static_cast<Value *>(call.y) + r * columns,
        call.normalised ? static_cast<Value *>(call.normalised) + r * columns : nullptr,
        call.inverseDeviation ? call.inverseDeviation + r : nullptr);
  }
}

template <typename Value>
void embeddingBackward(const EmbeddingCall &call, int64_t first, int64_t last) {
  const int64_t columns = call.columns;
  const NormRow row(columns);
  const bool dropout = call.mask.removesAny();
  for (int64_t r = first; r < last; ++r) {
    if (dropout) fillDropoutFactors(row.factors, r, columns, call.mask);
    differentiateNormRow<Value>(
        row, static_cast<const Value *>(call.yGradient) + r * columns, dropout,
        static_cast<const Value *>(call.normalised) + r * columns, call.inverseDeviation[r],
        call.weight, false, call.weightGradient, call.biasGradient);
    if (!call.sumGradient) continue;
    float *to = call.sumGradient + r * columns;
    for (int64_t c = 0; c < columns; c += lanes) store(to + c, load(row.values + c), columns - c);
  }
}

template <typename Value>
void sumRows(
    const float *source, int64_t stride, const int64_t *rows, int64_t count, int64_t columns,
    void *destination) {
  Value *to = static_cast<Value *>(destination);
  for (int64_t c = 0; c < columns; c += lanes) {
    Floats total{};
    for (int64_t i = 0; i < count; ++i) total += load(source + rows[i] * stride + c, columns - c);
    store(to + c, total, columns - c);
  }
}

template <typename Value>
void dropoutRows(
    const void *x, void *y, int64_t columns, const DropoutMask &mask, int64_t first, int64_t last) {
  const NormRow row(columns);
  for (int64_t r = first; r < last; ++r) {
    fillDropoutFactors(row.factors, r, columns, mask);
    const Value *from = static_cast<const Value *>(x) + r * columns;
    Value *to = static_cast<Value *>(y) + r * columns;
    for (int64_t c = 0; c < columns; c += lanes)
      store(to + c, load(from + c, columns - c) * load(row.factors + c), columns - c);
  }
}
