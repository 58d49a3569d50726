// Cross-entropy of rows of logits; included by the `isa_*.cpp` files alone.

constexpr float toBase2 = 1.4426950408889634f;

/// Columns that are added up in float32 before the sum goes on in float64.
constexpr int64_t columnsOfSum = 64 * lanes;

template <typename Value>
CTORCH_INLINE float largestOfRow(const Value *row, int64_t columns) {
  Floats greatest = broadcast(-__builtin_inff());
  int64_t c = 0;
  for (; c + lanes <= columns; c += lanes) greatest = larger(greatest, load(row + c));
  if (c < columns) {
    const Ints there = (Ints)laneNumbers() < int32_t(columns - c);
    greatest = larger(greatest, choose(there, load(row + c, columns - c), greatest));
  }
  return largest(greatest);
}

/// Of one row: the sum of exp(logit - greatest), and the sum of the logits when it is wanted.
struct RowSums {
  double exponentials = 0, logits = 0;
};

template <typename Value>
CTORCH_INLINE RowSums sumsOfRow(const Value *row, int64_t columns, float greatest, bool ofLogits) {
  RowSums sums;
  for (int64_t start = 0; start < columns; start += columnsOfSum) {
    const int64_t end = start + columnsOfSum < columns ? start + columnsOfSum : columns;
    Floats exponentials{}, logits{};
    for (int64_t c = start; c < end; c += lanes) {
      const int64_t count = end - c;
      const Floats value = load(row + c, count);
      Floats exponential = exp2((value - greatest) * toBase2);
      if (count < lanes)
        exponential = choose((Ints)laneNumbers() < int32_t(count), exponential, Floats{});
      exponentials += exponential;
      logits += value;
    }
    sums.exponentials += double(sum(exponentials));
    if (ofLogits) sums.logits += double(sum(logits));
  }
  return sums;
}

template <typename Value>
void crossEntropyForward(const CrossEntropyCall &call, int64_t first, int64_t last) {
  const int64_t columns = call.columns;
  const double smoothing = double(call.smoothing);
  for (int64_t r = first; r < last; ++r) {
    const int64_t target = call.targets[r];
    call.losses[r] = 0;
    call.logSumExp[r] = 0;
    if (target == call.ignored) continue;
    const Value *row = static_cast<const Value *>(call.logits) + r * columns;
    const float greatest = largestOfRow(row, columns);
    const RowSums sums = sumsOfRow(row, columns, greatest, smoothing > 0);
    const double logSumExp = double(greatest) + __builtin_log(sums.exponentials);
    double loss = logSumExp - (1 - smoothing) * double(load(row + target, 1)[0]);
    if (smoothing > 0) loss -= smoothing * sums.logits / double(columns);
    call.losses[r] = float(loss);
    call.logSumExp[r] = float(logSumExp);
  }
}

template <typename Value>
void crossEntropyBackward(const CrossEntropyCall &call, int64_t first, int64_t last) {
  const int64_t columns = call.columns;
  const float spread = call.smoothing / float(columns);
  for (int64_t r = first; r < last; ++r) {
    const int64_t target = call.targets[r];
    const Value *row = static_cast<const Value *>(call.logits) + r * columns;
    Value *gradient = static_cast<Value *>(call.gradient) + r * columns;
    if (target == call.ignored) {
      for (int64_t c = 0; c < columns; c += lanes) store(gradient + c, Floats{}, columns - c);
      continue;
    }
    const float logSumExp = call.logSumExp[r], factor = call.lossGradient[r];
    // The target's own, before its logit is written over.
    const Floats probability = exp2((load(row + target, 1) - logSumExp) * toBase2);
    const Floats atTarget = (probability - spread - (1.0f - call.smoothing)) * factor;
    for (int64_t c = 0; c < columns; c += lanes) {
      const int64_t count = columns - c;
      const Floats share = exp2((load(row + c, count) - logSumExp) * toBase2);
      store(gradient + c, (share - spread) * factor, count);
    }
    store(gradient + target, atTarget, 1);
  }
}

/// Adds the rows of a matrix up, columns `first` to `last` of them.
template <typename Value>
void sumColumns(
    const void *matrix, int64_t rows, int64_t columns, float *sums, int64_t first, int64_t last) {
  for (int64_t r = 0; r < rows; ++r) {
    const Value *row = static_cast<const Value *>(matrix) + r * columns;
    for (int64_t c = first; c < last; c += lanes)
      store(sums + c, load(sums + c, last - c) + load(row + c, last - c), last - c);
  }
}
