// The same rows before every sequence of a ragged batch.
#include "prefix.h"

#include <torch/csrc/autograd/custom_function.h>

#include <cstring>
#include <vector>

#include "../guarded.h"
#include "ctorch/prefix.h"
#include "fused.h"
#include "parallel.h"
#include "reference_switch.h"

namespace ctorch {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

/// Sequences as a copy sees them.
struct Layout {
  const int32_t *starts;
  int64_t sequences, count;

  Layout(const at::Tensor &boundaries, int64_t count)
      : starts(boundaries.const_data_ptr<int32_t>()), sequences(boundaries.numel() - 1), count(count) {}

  int64_t length(int64_t sequence) const { return starts[sequence + 1] - starts[sequence]; }
  /// Where a sequence's prefix begins.
  int64_t prefix(int64_t sequence) const { return starts[sequence] + sequence * count; }
  int64_t own(int64_t sequence) const { return prefix(sequence) + count; }
  int64_t all() const { return starts[sequences] + sequences * count; }
};

int64_t bytesOfRow(const at::Tensor &tensor) {
  int64_t elements = 1;
  for (const int64_t size : tensor.sizes().slice(1)) elements *= size;
  return elements * int64_t(tensor.element_size());
}

int64_t stepOf(const at::Tensor &tensor) { return tensor.stride(0) * int64_t(tensor.element_size()); }

void copyRows(const char *from, int64_t fromStep, char *to, int64_t toStep, int64_t rows, int64_t bytes) {
  if (fromStep == bytes && toStep == bytes) {
    std::memcpy(to, from, size_t(rows * bytes));
    return;
  }
  for (int64_t row = 0; row < rows; ++row)
    std::memcpy(to + row * toStep, from + row * fromStep, size_t(bytes));
}

template <typename Element>
void sumPrefixRow(
    const Element *all, const Layout &layout, int64_t row, int64_t width, Element *result) {
  std::vector<float> sum(size_t(width), 0.0f);
  for (int64_t sequence = 0; sequence < layout.sequences; ++sequence) {
    const Element *from = all + (layout.prefix(sequence) + row) * width;
    for (int64_t column = 0; column < width; ++column) sum[size_t(column)] += float(from[column]);
  }
  for (int64_t column = 0; column < width; ++column)
    result[row * width + column] = Element(sum[size_t(column)]);
}

struct PrefixedRows : torch::autograd::Function<PrefixedRows> {
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &rows, const at::Tensor &prefix,
      const at::Tensor &boundaries) {
    context->saved_data["boundaries"] = boundaries;
    context->saved_data["count"] = prefix.size(0);
    context->saved_data["rows"] = rows.size(0);
    context->saved_data["wantsRows"] = rows.requires_grad();
    context->saved_data["wantsPrefix"] = prefix.requires_grad();
    return fused::layOut(rows, prefix, boundaries);
  }

  static tensor_list backward(AutogradContext *context, tensor_list gradients) {
    const at::Tensor boundaries = context->saved_data["boundaries"].toTensor();
    const int64_t count = context->saved_data["count"].toInt();
    const at::Tensor given = gradients[0].contiguous();
    at::Tensor rows, prefix;
    if (context->saved_data["wantsRows"].toBool()) {
      std::vector<int64_t> sizes = given.sizes().vec();
      sizes[0] = context->saved_data["rows"].toInt();
      rows = at::empty(sizes, given.options());
      fused::copyOwnRows(given, count, boundaries, rows);
    }
    if (context->saved_data["wantsPrefix"].toBool())
      prefix = fused::sumOfPrefixes(given, count, boundaries);
    return {rows, prefix, at::Tensor()};
  }
};

}  // namespace

at::Tensor prefixedBoundaries(const at::Tensor &boundaries, int64_t count) {
  const at::Tensor result = at::empty_like(boundaries);
  const int32_t *from = boundaries.const_data_ptr<int32_t>();
  int32_t *to = result.mutable_data_ptr<int32_t>();
  for (int64_t place = 0; place < boundaries.numel(); ++place)
    to[place] = int32_t(from[place] + place * count);
  return result;
}

void checkPrefix(const at::Tensor &rows, const at::Tensor &prefix, const at::Tensor &boundaries) {
  TORCH_CHECK(
      rows.dim() >= 1 && prefix.dim() == rows.dim() && rows.sizes().slice(1) == prefix.sizes().slice(1),
      "rows of shape ", rows.sizes(), " cannot follow a prefix of shape ", prefix.sizes(),
      ": all sizes but the first must be the same");
  TORCH_CHECK(
      rows.scalar_type() == prefix.scalar_type() && rows.device() == prefix.device(),
      "rows and their prefix must have one element type and lie on one device");
  TORCH_CHECK(
      boundaries.dim() == 1 && boundaries.numel() >= 1 && boundaries.scalar_type() == at::kInt &&
          boundaries.device().is_cpu() && boundaries.is_contiguous(),
      "the boundaries of sequences are a vector of int32 on the CPU");
  const int32_t *places = boundaries.const_data_ptr<int32_t>();
  bool ascends = places[0] == 0 && places[boundaries.numel() - 1] == rows.size(0);
  for (int64_t place = 1; place < boundaries.numel(); ++place)
    ascends = ascends && places[place - 1] <= places[place];
  TORCH_CHECK(
      ascends, "the boundaries of sequences must ascend from 0 to their ", rows.size(0), " rows");
}

at::Tensor prefixedRows(const at::Tensor &rows, const at::Tensor &prefix, const at::Tensor &boundaries) {
  if (!hasKernel(rows, {prefix})) return reference::prefixedRows(rows, prefix, boundaries);
  const at::Tensor own = fused::withWholeRows(rows), before = prefix.contiguous();
  if (!fused::needsGradient(own, before)) return fused::layOut(own, before, boundaries);
  return PrefixedRows::apply(own, before, boundaries);
}

namespace fused {

at::Tensor withWholeRows(const at::Tensor &tensor) {
  int64_t expected = 1;
  for (int64_t dimension = tensor.dim() - 1; dimension > 0; --dimension) {
    if (tensor.size(dimension) != 1 && tensor.stride(dimension) != expected) return tensor.contiguous();
    expected *= tensor.size(dimension);
  }
  return tensor;
}

at::Tensor layOut(const at::Tensor &rows, const at::Tensor &prefix, const at::Tensor &boundaries) {
  const Layout layout(boundaries, prefix.size(0));
  std::vector<int64_t> sizes = rows.sizes().vec();
  sizes[0] = layout.all();
  const at::Tensor result = at::empty(sizes, rows.options().requires_grad(false));
  const int64_t bytes = bytesOfRow(result), step = stepOf(rows);
  const char *own = static_cast<const char *>(rows.const_data_ptr());
  const char *before = static_cast<const char *>(prefix.const_data_ptr());
  char *to = static_cast<char *>(result.mutable_data_ptr());
  parallelTasks(layout.sequences, result.numel(), [&](int64_t sequence) {
    std::memcpy(to + layout.prefix(sequence) * bytes, before, size_t(layout.count * bytes));
    copyRows(
        own + layout.starts[sequence] * step, step, to + layout.own(sequence) * bytes, bytes,
        layout.length(sequence), bytes);
  });
  return result;
}

void copyOwnRows(
    const at::Tensor &all, int64_t count, const at::Tensor &boundaries, const at::Tensor &rows) {
  const Layout layout(boundaries, count);
  const int64_t bytes = bytesOfRow(all), step = stepOf(rows);
  const char *from = static_cast<const char *>(all.const_data_ptr());
  char *to = static_cast<char *>(rows.mutable_data_ptr());
  parallelTasks(layout.sequences, all.numel(), [&](int64_t sequence) {
    copyRows(
        from + layout.own(sequence) * bytes, bytes, to + layout.starts[sequence] * step, step,
        layout.length(sequence), bytes);
  });
}

at::Tensor sumOfPrefixes(const at::Tensor &all, int64_t count, const at::Tensor &boundaries) {
  const Layout layout(boundaries, count);
  std::vector<int64_t> sizes = all.sizes().vec();
  sizes[0] = count;
  const at::Tensor result = at::empty(sizes, all.options());
  if (result.numel() == 0) return result;
  const int64_t width = result.numel() / count;
  parallelTasks(count, result.numel() * layout.sequences, [&](int64_t row) {
    if (all.scalar_type() == at::kFloat)
      sumPrefixRow(all.const_data_ptr<float>(), layout, row, width, result.mutable_data_ptr<float>());
    else
      sumPrefixRow(
          all.const_data_ptr<at::BFloat16>(), layout, row, width,
          result.mutable_data_ptr<at::BFloat16>());
  });
  return result;
}

}  // namespace fused

namespace reference {

at::Tensor prefixedRows(const at::Tensor &rows, const at::Tensor &prefix, const at::Tensor &boundaries) {
  const int32_t *starts = boundaries.const_data_ptr<int32_t>();
  std::vector<at::Tensor> parts;
  for (int64_t sequence = 0; sequence + 1 < boundaries.numel(); ++sequence) {
    parts.push_back(prefix);
    parts.push_back(rows.slice(0, starts[sequence], starts[sequence + 1]));
  }
  return parts.empty() ? rows : at::cat(parts);
}

}  // namespace reference

}  // namespace ctorch

using namespace ctorch;

ct_tensor *ct_prefixed_rows(const ct_tensor *rows, const ct_tensor *prefix, const ct_tensor *boundaries) {
  return guarded([&] {
    checkPrefix(rows->value, prefix->value, boundaries->value);
    return prefixedRows(rows->value, prefix->value, boundaries->value);
  });
}
