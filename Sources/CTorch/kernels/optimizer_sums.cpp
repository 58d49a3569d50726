// The norm of gradients, their accumulation, and copies in another type.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <vector>

#include "../guarded.h"
#include "ctorch/optimizer.h"
#include "optimizer_work.h"
#include "reference_switch.h"

namespace ctorch {

namespace {

double plainSumOfSquares(const at::Tensor &gradient) {
  const at::Tensor wide = gradient.to_dense().to(at::kDouble);
  return (wide * wide).sum().item<double>();
}

/// The sum over elements first..<last of a gradient; rows that are not held add nothing.
double sumOfPiece(const KernelTable &table, const GradientView &gradient, int64_t first, int64_t last) {
  double sums[16] = {};
  const auto kernel = table.addSquares[gradient.element()];
  gradient.forEachPart(first, last, [&](int64_t from, int64_t to, const void *values) {
    if (values) kernel(values, to - from, (from - first) % 16, sums);
  });
  double total = 0;
  for (double sum : sums) total += sum;
  return total;
}

double sumOfSquares(const std::vector<GradientView> &gradients) {
  OptimizerPieces pieces;
  for (size_t i = 0; i < gradients.size(); ++i) pieces.add(i, gradients[i].count, 1);
  const KernelTable &table = kernels();
  std::vector<double> partial(pieces.count());
  pieces.forEach([&](const OptimizerPiece &piece, size_t number) {
    partial[number] = sumOfPiece(table, gradients[piece.tensor], piece.first, piece.last);
  });
  double sum = 0;
  for (double part : partial) sum += part;
  return sum;
}

/// sum += gradient * scale, with a kernel.
void accumulate(const at::Tensor &sum, const at::Tensor &gradient, double scale) {
  const GradientView view(gradient);
  float *const to = sum.mutable_data_ptr<float>();
  const auto kernel = kernels().accumulate[view.element()];
  OptimizerPieces pieces;
  pieces.add(0, view.count, view.width);
  pieces.forEach([&](const OptimizerPiece &piece, size_t) {
    view.forEachPart(piece.first, piece.last, [&](int64_t first, int64_t last, const void *values) {
      if (values) kernel(to + first, values, float(scale), last - first);
    });
  });
}

void castCopy(const at::Tensor &to, const at::Tensor &from) {
  const KernelTable &table = kernels();
  const bool widens = to.scalar_type() == at::kFloat;
  parallelPieces(to.numel(), pieceElements, to.numel(), [&](int64_t first, int64_t last) {
    if (widens) {
      table.widen(from.const_data_ptr<at::BFloat16>() + first, to.mutable_data_ptr<float>() + first, last - first);
    } else {
      table.narrow(from.const_data_ptr<float>() + first, to.mutable_data_ptr<at::BFloat16>() + first, last - first);
    }
  });
}

void checkFloating(const at::Tensor &tensor, const char *name) {
  TORCH_CHECK(
      at::isFloatingType(tensor.scalar_type()), "the ", name, " has the element type ", tensor.scalar_type());
}

void checkSameShape(const at::Tensor &one, const at::Tensor &other) {
  TORCH_CHECK(
      one.sizes() == other.sizes() && one.device() == other.device(), "the tensors must have one shape and device; ",
      "they are ", one.sizes(), " and ", other.sizes());
}

}  // namespace

}  // namespace ctorch

using namespace ctorch;

bool ct_sum_of_squares(const ct_tensor *const *gradients, size_t count, double *result) {
  return succeeds([&] {
    const at::NoGradGuard noGradients;
    double sum = 0;
    std::vector<GradientView> views;
    for (size_t i = 0; i < count; ++i) {
      if (!gradients[i]) continue;
      const at::Tensor &gradient = gradients[i]->value;
      checkFloating(gradient, "gradient");
      if (hasKernel(gradient)) {
        views.emplace_back(gradient);
      } else {
        sum += plainSumOfSquares(gradient);
      }
    }
    *result = sum + sumOfSquares(views);
  });
}

bool ct_accumulate(ct_tensor *accumulator, const ct_tensor *gradient, double scale) {
  return succeeds([&] {
    const at::NoGradGuard noGradients;
    at::Tensor sum = accumulator->value;
    const at::Tensor &added = gradient->value;
    checkSameShape(sum, added);
    checkFloating(added, "gradient");
    TORCH_CHECK(sum.scalar_type() == at::kFloat, "the accumulator must be float32, not ", sum.scalar_type());
    TORCH_CHECK(!holdsRows(sum) || holdsRows(added), "an accumulator of some rows takes no dense gradient");
    if (holdsRows(sum) || !sum.is_contiguous() || !hasKernel(added)) {
      sum.add_(added.to(at::kFloat), scale);
    } else {
      accumulate(sum, added, scale);
    }
  });
}

bool ct_cast_copy(ct_tensor *destination, const ct_tensor *source) {
  return succeeds([&] {
    const at::NoGradGuard noGradients;
    at::Tensor to = destination->value;
    const at::Tensor &from = source->value;
    checkSameShape(to, from);
    checkFloating(to, "destination");
    checkFloating(from, "source");
    const bool changes = (to.scalar_type() == at::kFloat && from.scalar_type() == at::kBFloat16) ||
                         (to.scalar_type() == at::kBFloat16 && from.scalar_type() == at::kFloat);
    if (changes && hasKernel(from, {to}) && to.is_contiguous() && from.is_contiguous()) {
      castCopy(to, from);
    } else {
      to.copy_(from);
    }
  });
}
