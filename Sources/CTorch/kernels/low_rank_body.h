// Products of thin matrices that dropout lies between, added in place; included by the `isa_*.cpp` files alone.

/// Four vectors of one row of left · right.
CTORCH_INLINE void thinProduct(
    const float *left, const float *right, int64_t rank, int64_t stride, int64_t count, Floats (&sums)[4]) {
  for (Floats &total : sums) total = Floats{};
  for (int64_t r = 0; r < rank; ++r, right += stride) {
    const Floats value = broadcast(left[r]);
#pragma clang loop unroll(full)
    for (int v = 0; v < 4; ++v)
      if (v * lanes < count) sums[v] = multiplyAdd(value, load(right + v * lanes, count - v * lanes), sums[v]);
  }
}

template <typename Value>
void addLowRank(const LowRankCall &call, int64_t first, int64_t last) {
  const int64_t columns = call.columns, padded = roundUp(columns, 8 * lanes);
  Scratch &scratch = Scratch::ofThread(
      Scratch::rounded(size_t(padded) * sizeof(float)) +
      Scratch::rounded(size_t(roundUp(call.rank, lanes)) * sizeof(float)));
  float *const factors = scratch.take<float>(padded), *const left = scratch.take<float>(roundUp(call.rank, lanes));
  const bool dropout = call.mask.removesAny();
  for (int64_t row = first; row < last; ++row) {
    if (dropout) fillDropoutFactors(factors, row, columns, call.mask);
    const Value *from = static_cast<const Value *>(call.left) + row * call.leftStride;
    for (int64_t r = 0; r < call.rank; r += lanes) store(left + r, load(from + r, call.rank - r));
    Value *y = static_cast<Value *>(call.y) + row * columns;
    const Value *factor = call.factor ? static_cast<const Value *>(call.factor) + row * columns : nullptr;
    for (int64_t c = 0; c < columns; c += 4 * lanes) {
      Floats sums[4];
      thinProduct(left, call.right + c, call.rank, columns, columns - c, sums);
      for (int64_t v = 0; v < 4 && c + v * lanes < columns; ++v) {
        const int64_t place = c + v * lanes, count = columns - place;
        Floats value = sums[v];
        if (dropout) value = value * load(factors + place);
        if (factor) value = value * load(factor + place, count);
        store(y + place, load(y + place, count) + value, count);
      }
    }
  }
}
