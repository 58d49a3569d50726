#include "moment_reference.h"

namespace ctorch::reference {

namespace {

constexpr int64_t word = 0xFFFFFFFF;

/// As the kernels' `noise`, for all elements: int64 [count] of 32 bits each.
at::Tensor noise(uint32_t key, const at::Tensor &like) {
  const auto options = like.options().dtype(at::kLong);
  at::Tensor bits = at::arange(like.numel(), options).bitwise_and(word).bitwise_xor(int64_t(key));
  bits = (bits.bitwise_xor(bits.bitwise_right_shift(16)) * int64_t(0x85EBCA6B)).bitwise_and(word);
  bits = (bits.bitwise_xor(bits.bitwise_right_shift(13)) * int64_t(0xC2B2AE35)).bitwise_and(word);
  return bits.bitwise_xor(bits.bitwise_right_shift(16));
}

at::Tensor roundedByChance(const at::Tensor &values, const at::Tensor &random) {
  const at::Tensor bits = values.contiguous().view(at::kInt).to(at::kLong).bitwise_and(word).flatten();
  const at::Tensor rounded = (bits + random.bitwise_and(0xFFFF)).bitwise_right_shift(16);
  return rounded.to(at::kShort).view(at::kBFloat16).view(values.sizes());
}

/// [blocks, 256] of all elements, the last block filled up with zeros.
at::Tensor inBlocks(const at::Tensor &values) {
  const int64_t blocks = momentBlocks(values.numel());
  return at::constant_pad_nd(values.flatten(), {0, blocks * momentBlock - values.numel()}).view({blocks, momentBlock});
}

at::Tensor encoded(const at::Tensor &values, const MomentCode &code) {
  const at::Tensor size = values.abs();
  at::Tensor number = at::zeros_like(values);
  for (int i = 0; i < code.bits; ++i) {
    const MomentDecade &decade = code.decades[size_t(i)];
    const at::Tensor cell = (size * decade.factor - decade.offset).floor().clamp(0, decade.cells - 1);
    number = at::where(size >= decade.start, cell + decade.cells, number);
  }
  if (code.bits == firstMomentBits) number = number + (values.lt(0) & number.gt(0)).to(at::kFloat) * 128;
  else number = at::where(size.gt(0) & number.eq(0), at::ones_like(number), number);
  return number.to(at::kByte);
}

}  // namespace

at::Tensor widened(const StoredMoment &moment) {
  if (moment.values.scalar_type() != at::kByte) return moment.values.to(at::kFloat);
  const at::Tensor table = at::tensor(at::ArrayRef<float>(moment.code.values.data(), 256), at::kFloat)
                               .to(moment.values.device());
  const at::Tensor numbers = inBlocks(moment.values);
  const at::Tensor values = table.index_select(0, numbers.flatten().to(at::kLong)).view(numbers.sizes());
  return (values * moment.scales.unsqueeze(1)).flatten().narrow(0, 0, moment.values.numel()).view(moment.values.sizes());
}

void store(const StoredMoment &moment, const at::Tensor &values, uint32_t key, int64_t shift) {
  if (moment.values.scalar_type() == at::kFloat) {
    if (!moment.values.is_same(values)) at::Tensor(moment.values).copy_(values);
  } else if (moment.values.scalar_type() == at::kBFloat16) {
    at::Tensor(moment.values).copy_(roundedByChance(values, noise(key, values).bitwise_right_shift(shift)));
  } else {
    const at::Tensor blocks = inBlocks(values);
    const at::Tensor size = blocks.abs().amax(1), isZero = size.lt(leastMoment);
    const at::Tensor inverse = (moment.code.top / size).masked_fill(isZero, 0);
    const at::Tensor codes = encoded(blocks * inverse.unsqueeze(1), moment.code);
    at::Tensor(moment.values).copy_(codes.flatten().narrow(0, 0, values.numel()).view(values.sizes()));
    at::Tensor(moment.scales).copy_((size / moment.code.top).masked_fill(isZero, 0));
  }
}

}  // namespace ctorch::reference
