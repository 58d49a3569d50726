#include "reference.h"

#include <cmath>
#include <tuple>
#include <vector>

#include "philox.h"
#include "reference_dropout.h"

namespace ctorch::reference {

at::ScalarType computing(const at::Tensor &tensor) {
  const auto type = tensor.scalar_type();
  return type == at::kBFloat16 || type == at::kHalf ? at::kFloat : type;
}

namespace {

/// The upper and lower 32 bits of an unsigned product; int64 wraps, so the bits are right.
std::pair<at::Tensor, at::Tensor> multiply(const at::Tensor &words, uint32_t factor) {
  const at::Tensor product = words * int64_t(factor);
  return {
      product.bitwise_right_shift(32).bitwise_and(0xFFFFFFFFll), product.bitwise_and(0xFFFFFFFFll)};
}

}  // namespace

at::Tensor decisions(
    at::Tensor c0, at::Tensor c1, at::Tensor c2, at::Tensor c3, const DropoutMask &mask) {
  uint32_t key0 = mask.key0, key1 = mask.key1;
  for (int round = 0; round < philoxRounds; ++round) {
    const auto [high0, low0] = multiply(c0, philoxMultiplier0);
    const auto [high1, low1] = multiply(c2, philoxMultiplier1);
    c0 = high1.bitwise_xor(c1).bitwise_xor(at::Scalar(int64_t(key0)));
    c2 = high0.bitwise_xor(c3).bitwise_xor(at::Scalar(int64_t(key1)));
    c1 = low1;
    c3 = low0;
    key0 += philoxWeyl0;
    key1 += philoxWeyl1;
  }
  std::vector<at::Tensor> parts;
  for (const at::Tensor &word : at::broadcast_tensors({c0, c1, c2, c3})) {
    parts.push_back(word.bitwise_and(0xFFFF));
    parts.push_back(word.bitwise_right_shift(16));
  }
  return at::stack(parts, -1);
}

at::Tensor range(int64_t count, const at::Tensor &like) {
  return at::arange(count, like.options().dtype(at::kLong).requires_grad(false));
}

at::Tensor word(int64_t value, const at::Tensor &like) {
  return at::full({}, value, like.options().dtype(at::kLong).requires_grad(false));
}

at::Tensor factors(const at::Tensor &decided, const DropoutMask &mask, const at::Tensor &like) {
  return decided.ge(int64_t(mask.threshold)).to(computing(like)) * double(mask.keptFactor);
}

at::Tensor dropoutFactors(
    int64_t rows, int64_t columns, const ct_dropout_key &key, const at::Tensor &like) {
  const DropoutMask mask(key);
  const int64_t blocks = (columns + 127) / 128;
  const at::Tensor row = range(rows, like).view({rows, 1});
  at::Tensor decided = decisions(
      range(blocks * 16, like).view({1, blocks * 16}), row.bitwise_and(0xFFFFFFFFll),
      row.bitwise_right_shift(32), word(mask.tweak, like), mask);  // [rows, blocks * 16, 8]
  decided = decided.view({rows, blocks, 16, 8}).transpose(2, 3).reshape({rows, blocks * 128});
  return factors(decided.narrow(1, 0, columns), mask, like);
}

at::Tensor dropout(const at::Tensor &x, const ct_dropout_key &key) {
  if (!DropoutMask(key).removesAny() || x.numel() == 0) return x.alias();
  const int64_t columns = x.size(-1);
  const at::Tensor factor = dropoutFactors(x.numel() / columns, columns, key, x).view(x.sizes());
  return (x.to(computing(x)) * factor).to(x.scalar_type());
}

at::Tensor embeddingLayerNorm(
    const at::Tensor &tokens, const at::Tensor &positions, const at::Tensor &segments,
    const at::Tensor &words, const at::Tensor &positionTable, const at::Tensor &segmentTable,
    const at::Tensor &weight, const at::Tensor &bias, const PaddingRows &padding, double epsilon,
    const ct_dropout_key &key) {
  const auto type = computing(words);
  at::Tensor sum = at::embedding(words, tokens, padding.words).to(type);
  if (positionTable.defined())
    sum = sum + at::embedding(positionTable, positions, padding.positions).to(type);
  if (segmentTable.defined())
    sum = sum + (segments.defined() ? at::embedding(segmentTable, segments).to(type)
                                    : segmentTable[0].to(type));
  const at::Tensor normalised =
      at::layer_norm(sum, {words.size(1)}, weight.to(type), bias.to(type), epsilon);
  return dropout(normalised, key).to(words.scalar_type());
}

}  // namespace ctorch::reference
