#include "quantized.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "../guarded.h"
#include "fused.h"
#include "parallel.h"

namespace ctorch {

namespace {

/// The 16 normal floats: means of equally likely parts of a normal distribution, and a zero (QLoRA, appendix E).
constexpr std::array<float, 16> normalFloats = {
    -1.0f,
    -0.6961928009986877f,
    -0.5250730514526367f,
    -0.39491748809814453f,
    -0.28444138169288635f,
    -0.18477343022823334f,
    -0.09105003625154495f,
    0.0f,
    0.07958029955625534f,
    0.16093020141124725f,
    0.24611230194568634f,
    0.33791524171829224f,
    0.44070982933044434f,
    0.5626170039176941f,
    0.7229568362236023f,
    1.0f};

/// Scales that share a scale of their own.
constexpr int64_t blockOfScales = 256;

int64_t ceilingOf(int64_t value, int64_t divisor) { return (value + divisor - 1) / divisor; }

/// The 256 numbers that scales are rounded to: seven powers of ten, the larger the finer divided, with both signs, 0
/// and 1 (Dettmers et al., "8-bit Optimizers via Block-wise Quantization", 2021).
const std::vector<float> &dynamicNumbers() {
  static const std::vector<float> numbers = [] {
    std::vector<float> found{0, 1};
    for (int exponent = 0; exponent < 7; ++exponent) {
      const at::Tensor bounds = at::linspace(0.1, 1, (int64_t(1) << exponent) + 1, at::kFloat);
      const int64_t count = bounds.numel() - 1;
      const at::Tensor means =
          (bounds.narrow(0, 0, count) + bounds.narrow(0, 1, count)) / 2.0 * std::pow(10.0, exponent - 6);
      for (int64_t i = 0; i < count; ++i) {
        const float mean = means.const_data_ptr<float>()[i];
        found.insert(found.end(), {mean, -mean});
      }
    }
    std::sort(found.begin(), found.end());
    return found;
  }();
  return numbers;
}

/// The middles between neighbours of an increasing list.
template <typename Numbers>
std::vector<float> middlesOf(const Numbers &numbers) {
  std::vector<float> middles;
  for (size_t i = 0; i + 1 < numbers.size(); ++i) middles.push_back((numbers[i] + numbers[i + 1]) / 2);
  return middles;
}

/// The number of the nearest entry; of two that are as near, the lower.
uint8_t nearest(const std::vector<float> &middles, float value) {
  return uint8_t(std::lower_bound(middles.begin(), middles.end(), value) - middles.begin());
}

float largestMagnitude(const float *values, int64_t count) {
  float largest = 0;
  for (int64_t i = 0; i < count; ++i) largest = std::max(largest, std::abs(values[i]));
  return largest;
}

/// What values are multiplied with to lie between -1 and 1.
float inverseOf(float magnitude) { return 1 / std::max(magnitude, 1e-38f); }

float limited(float value) { return std::min(std::max(value, -1.0f), 1.0f); }

}  // namespace

QuantizedWeight::QuantizedWeight(const at::Tensor &weight, ct_weight_format format)
    : format_(format), rows_(weight.size(0)), columns_(weight.size(1)) {
  const at::NoGradGuard unrecorded;
  const at::Tensor values = weight.detach().to(at::kFloat).contiguous();
  TORCH_CHECK(at::isfinite(values).all().item<bool>(), "a weight with NaN or infinities cannot be quantised");
  if (format == CT_WEIGHT_INT8)
    quantizeRows(values);
  else
    quantizeBlocks(values);
}

void QuantizedWeight::quantizeRows(const at::Tensor &weight) {
  parts_[CT_PART_CODES] = at::empty({rows_, columns_}, at::kChar);
  parts_[CT_PART_SCALES] = at::empty({rows_}, at::kFloat);
  const float *const from = weight.const_data_ptr<float>();
  auto *const codes = parts_[CT_PART_CODES].mutable_data_ptr<int8_t>();
  auto *const scales = parts_[CT_PART_SCALES].mutable_data_ptr<float>();
  parallelTasks(rows_, weight.numel(), [&](int64_t row) {
    const float *const values = from + row * columns_;
    const float largest = largestMagnitude(values, columns_), inverse = 127 * inverseOf(largest);
    scales[row] = largest / 127;
    for (int64_t i = 0; i < columns_; ++i)
      codes[row * columns_ + i] = int8_t(std::clamp(std::nearbyint(values[i] * inverse), -127.0f, 127.0f));
  });
}

void QuantizedWeight::quantizeBlocks(const at::Tensor &weight) {
  const int64_t count = weight.numel(), blocks = ceilingOf(count, normalFloatBlock);
  const at::Tensor codes = at::empty({ceilingOf(count, 2)}, at::kByte), magnitudes = at::empty({blocks}, at::kFloat);
  const std::vector<float> middles = middlesOf(normalFloats);
  const float *const from = weight.const_data_ptr<float>();
  auto *const to = codes.mutable_data_ptr<uint8_t>();
  auto *const largest = magnitudes.mutable_data_ptr<float>();
  parallelTasks(blocks, count, [&](int64_t block) {
    const int64_t first = block * normalFloatBlock, length = std::min(normalFloatBlock, count - first);
    largest[block] = largestMagnitude(from + first, length);
    const float inverse = inverseOf(largest[block]);
    const auto code = [&](int64_t i) {
      return nearest(middles, i < length ? limited(from[first + i] * inverse) : 0.0f);
    };
    for (int64_t i = 0; i < length; i += 2) to[(first + i) / 2] = uint8_t(code(i) << 4 | code(i + 1));
  });

  const at::Tensor offset = magnitudes.mean(), centred = magnitudes - offset;
  const int64_t groups = ceilingOf(blocks, blockOfScales);
  const at::Tensor scales = at::empty({blocks}, at::kByte), groupScales = at::empty({groups}, at::kFloat);
  const std::vector<float> dynamicMiddles = middlesOf(dynamicNumbers());
  const float *const values = centred.const_data_ptr<float>();
  for (int64_t group = 0; group < groups; ++group) {
    const int64_t first = group * blockOfScales, length = std::min(blockOfScales, blocks - first);
    const float magnitude = largestMagnitude(values + first, length), inverse = inverseOf(magnitude);
    groupScales.mutable_data_ptr<float>()[group] = magnitude;
    for (int64_t i = first; i < first + length; ++i)
      scales.mutable_data_ptr<uint8_t>()[i] = nearest(dynamicMiddles, limited(values[i] * inverse));
  }
  parts_[CT_PART_CODES] = codes;
  parts_[CT_PART_SCALES] = scales;
  parts_[CT_PART_BLOCK_SCALES] = groupScales;
  parts_[CT_PART_OFFSET] = offset;
}

at::Tensor QuantizedWeight::blockScales() const {
  const int64_t blocks = parts_[CT_PART_SCALES].numel();
  const at::Tensor result = at::empty({blocks}, at::kFloat);
  const std::vector<float> &numbers = dynamicNumbers();
  const auto *const codes = parts_[CT_PART_SCALES].const_data_ptr<uint8_t>();
  const auto *const scales = parts_[CT_PART_BLOCK_SCALES].const_data_ptr<float>();
  const float offset = *parts_[CT_PART_OFFSET].const_data_ptr<float>();
  auto *const to = result.mutable_data_ptr<float>();
  for (int64_t i = 0; i < blocks; ++i) {
    const float scaled = numbers[codes[i]] * scales[i / blockOfScales];
    to[i] = scaled + offset;
  }
  return result;
}

at::Tensor QuantizedWeight::values(at::ScalarType type) const {
  if (type != at::kFloat && type != at::kBFloat16) return values(at::kFloat).to(type);
  const at::Tensor result = at::empty({rows_, columns_}, at::TensorOptions().dtype(type));
  const int element = fused::elementIndex(result);
  if (format_ == CT_WEIGHT_INT8) {
    ByteRowsCall call;
    call.codes = parts_[CT_PART_CODES].const_data_ptr<int8_t>();
    call.scales = parts_[CT_PART_SCALES].const_data_ptr<float>();
    call.columns = columns_;
    call.values = result.mutable_data_ptr();
    const auto kernel = kernels().decodeBytes[element];
    parallelPieces(rows_, 16, result.numel(), [&](int64_t first, int64_t last) { kernel(call, first, last); });
    return result;
  }
  const at::Tensor scales = blockScales();
  NormalFloatCall call;
  call.codes = parts_[CT_PART_CODES].const_data_ptr<uint8_t>();
  call.table = normalFloats.data();
  call.scales = scales.const_data_ptr<float>();
  call.count = result.numel();
  call.values = result.mutable_data_ptr();
  const auto kernel = kernels().decodeNormalFloats[element];
  parallelPieces(scales.numel(), 128, call.count, [&](int64_t first, int64_t last) { kernel(call, first, last); });
  return result;
}

}  // namespace ctorch

using namespace ctorch;

ct_quantized_weight *ct_quantize(const ct_tensor *weight, ct_weight_format format) {
  ct_quantized_weight *result = nullptr;
  succeeds([&] {
    const at::Tensor &values = weight->value;
    TORCH_CHECK(
        values.dim() == 2 && values.numel() > 0 && at::isFloatingType(values.scalar_type()),
        "a weight to quantise is a matrix of a floating type, not ", values.scalar_type(), " ", values.sizes());
    TORCH_CHECK(values.device().is_cpu(), "weights are quantised on the CPU; this one is on ", values.device());
    TORCH_CHECK(
        format == CT_WEIGHT_INT8 || format == CT_WEIGHT_NF4, "there is no format number ", int64_t(format));
    result = new ct_quantized_weight{std::make_shared<const QuantizedWeight>(values, format)};
  });
  return result;
}

void ct_quantized_free(ct_quantized_weight *weight) { delete weight; }

ct_tensor *ct_dequantize(const ct_quantized_weight *weight, int32_t type) {
  return guarded([&] { return weight->value->values(dtype(type)); });
}

ct_tensor *ct_quantized_part(const ct_quantized_weight *weight, ct_weight_part part) {
  return guarded([&] {
    const at::Tensor found = weight->value->part(part);
    TORCH_CHECK(found.defined(), "the format of this weight has no part number ", int64_t(part));
    return found;
  });
}
