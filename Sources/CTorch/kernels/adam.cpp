// A step of Adam over all parameters that have kernels.
#include <cmath>

#include "../guarded.h"
#include "optimizer_work.h"

namespace ctorch {

namespace {

struct AdamWork {
  AdamCall call;
  GradientView gradient;
  /// Null when every row is to be read.
  uint8_t *movedRows;
  /// Whether decay changes weights whose moments are 0.
  bool decays;
};

AdamCall adamCall(const ct_adam_parameter &parameter, const ct_adam_options &options) {
  const double correction1 = 1 - std::pow(options.beta1, double(options.step));
  const double correction2 = 1 - std::pow(options.beta2, double(options.step));
  const float decayed = float(options.learning_rate * parameter.weight_decay);
  return {
      .master = parameter.master->value.mutable_data_ptr<float>(),
      .first = parameter.first_moment->value.mutable_data_ptr<float>(),
      .second = parameter.second_moment->value.mutable_data_ptr<float>(),
      .copy = fused::data(orUndefined(parameter.copy)),
      .weightFactor = options.decoupled ? 1.0f - decayed : 1.0f,
      .decay = options.decoupled ? 0.0f : float(parameter.weight_decay),
      .oneMinusBeta1 = float(1 - options.beta1),
      .beta2 = float(options.beta2),
      .oneMinusBeta2 = float(1 - options.beta2),
      .inverseCorrection2 = float(1 / std::sqrt(correction2)),
      .epsilon = float(options.epsilon),
      .stepSize = float(options.learning_rate / correction1),
      .gradientScale = float(options.gradient_scale)};
}

AdamWork adamWork(const ct_adam_parameter &parameter, const ct_adam_options &options) {
  AdamWork work{adamCall(parameter, options), GradientView(parameter.gradient->value), nullptr, false};
  work.decays = work.call.weightFactor != 1;
  if (!parameter.moved_rows) return work;
  // A row without moments and gradient stays as it is, or decays: 0 / (0 + epsilon) is no move.
  if (work.gradient.held.defined() && work.call.decay == 0 && work.call.epsilon > 0) {
    work.movedRows = parameter.moved_rows->value.mutable_data_ptr<uint8_t>();
  } else {
    parameter.moved_rows->value.fill_(1);
  }
  return work;
}

/// Whole rows without a gradient: those with moments move on, the others decay at most.
void moveRestingRows(const KernelTable &table, const AdamWork &work, int64_t first, int64_t last) {
  const int64_t width = work.gradient.width;
  int64_t row = first / width;
  const int64_t end = last / width;
  while (row < end) {
    const uint8_t hasMoments = work.movedRows[row];
    const int64_t from = row;
    while (row < end && work.movedRows[row] == hasMoments) ++row;
    if (hasMoments) {
      table.adam[work.gradient.element()](work.call, nullptr, from * width, row * width);
    } else if (work.decays) {
      table.decay(work.call, from * width, row * width);
    }
  }
}

}  // namespace

void runAdam(const std::vector<ct_adam_parameter> &parameters, const ct_adam_options &options) {
  std::vector<AdamWork> works;
  OptimizerPieces pieces;
  for (const ct_adam_parameter &parameter : parameters) {
    works.push_back(adamWork(parameter, options));
    // Pieces of a table are whole rows: one thread alone sets a row's mark.
    pieces.add(works.size() - 1, works.back().gradient.count, works.back().gradient.width);
  }
  const KernelTable &table = kernels();
  pieces.forEach([&](const OptimizerPiece &piece, size_t) {
    const AdamWork &work = works[piece.tensor];
    work.gradient.forEachPart(piece.first, piece.last, [&](int64_t first, int64_t last, const void *values) {
      if (!values && work.movedRows) {
        moveRestingRows(table, work, first, last);
        return;
      }
      if (work.movedRows) work.movedRows[first / work.gradient.width] = 1;
      table.adam[work.gradient.element()](work.call, values, first, last);
    });
  });
}

}  // namespace ctorch
