// How the elements of many parameters are shared out over the threads.
#pragma once

#include <cstdint>
#include <vector>

#include "ctorch/optimizer.h"
#include "fused.h"
#include "parallel.h"
#include "row_gradient.h"

namespace ctorch {

/// Elements of a piece of work, and of a partial sum; a multiple of a vector's lanes.
constexpr int64_t pieceElements = 1 << 15;

/// A gradient as the kernels read it: all elements in memory, or some rows.
struct GradientView {
  /// All elements, contiguous; undefined when only some rows are held.
  at::Tensor dense;
  RowGradient held;
  int64_t count;
  /// Elements of a row; 1 when all are in memory.
  int64_t width = 1;

  explicit GradientView(const at::Tensor &gradient) : count(gradient.numel()) {
    if (holdsRows(gradient)) {
      held = RowGradient(gradient);
      for (int64_t size : gradient.sizes().slice(1)) width *= size;
    } else {
      dense = gradient.contiguous();
    }
  }

  const at::Tensor &values() const { return dense.defined() ? dense : held.values; }
  int element() const { return fused::elementIndex(values()); }

  const char *elements(int64_t first) const {
    return static_cast<const char *>(dense.const_data_ptr()) + first * int64_t(dense.element_size());
  }

  /// Calls `body(first, last, values)` for the parts of first..<last in their order: elements whose gradients lie one
  /// after another, or whose gradients are all 0, for which `values` is null.
  template <typename Body>
  void forEachPart(int64_t first, int64_t last, const Body &body) const {
    if (dense.defined()) {
      body(first, last, elements(first));
      return;
    }
    int64_t next = first;
    const int64_t *const rows = held.begin();
    for (const int64_t *row = std::lower_bound(rows, held.end(), first / width);
         row != held.end() && *row * width < last; ++row) {
      const int64_t from = std::max(first, *row * width), to = std::min(last, (*row + 1) * width);
      if (next < from) body(next, from, nullptr);
      body(from, to, held.row(row - rows, width) + (from - *row * width) * int64_t(held.values.element_size()));
      next = to;
    }
    if (next < last) body(next, last, nullptr);
  }
};

/// A piece of one of many tensors.
struct OptimizerPiece {
  size_t tensor;
  int64_t first, last;
};

/// The pieces of many tensors.
class OptimizerPieces {
 public:
  /// Adds a tensor of `count` elements, whole rows of `width` in each piece.
  void add(size_t tensor, int64_t count, int64_t width) {
    if (count == 0) return;
    const int64_t step = std::max<int64_t>(1, pieceElements / width) * width;
    for (int64_t first = 0; first < count; first += step)
      pieces_.push_back({tensor, first, std::min(count, first + step)});
    elements_ += count;
  }

  size_t count() const { return pieces_.size(); }
  const OptimizerPiece &operator[](size_t index) const { return pieces_[index]; }

  /// Runs `body(piece, number)` for each, shared out over the threads.
  template <typename Body>
  void forEach(const Body &body) const {
    parallelTasks(int64_t(pieces_.size()), elements_, [&](int64_t number) {
      body(pieces_[size_t(number)], size_t(number));
    });
  }

 private:
  std::vector<OptimizerPiece> pieces_;
  int64_t elements_ = 0;
};

/// What a step is for one parameter: at its own rate, counted from its own first.
inline ct_adam_options optionsOf(const ct_adam_parameter &parameter, ct_adam_options options) {
  options.learning_rate *= parameter.rate_factor;
  options.step -= parameter.steps_before;
  return options;
}

inline ct_sgd_options optionsOf(const ct_sgd_parameter &parameter, ct_sgd_options options) {
  options.learning_rate *= parameter.rate_factor;
  return options;
}

/// One step of parameters that have kernels.
void runAdam(const std::vector<ct_adam_parameter> &parameters, const ct_adam_options &options);
void runSgd(const std::vector<ct_sgd_parameter> &parameters, const ct_sgd_options &options);

}  // namespace ctorch
