// A step of Adam over all parameters that have kernels.
#include <cmath>

#include "../guarded.h"
#include "moment_codes.h"
#include "optimizer_work.h"

namespace ctorch {

namespace {

struct AdamWork {
  AdamCall call;
  GradientView gradient;
  Moments moments;
  /// Null when every row is to be read.
  uint8_t *movedRows;
  /// Whether decay changes weights whose moments are 0.
  bool decays;

  auto kernel(const KernelTable &table) const { return table.adam[gradient.element()][int(moments)]; }
};

Moments momentsOf(const ct_adam_parameter &parameter) {
  switch (parameter.first_moment->value.scalar_type()) {
    case at::kBFloat16: return Moments::bfloat16;
    case at::kByte: return Moments::codes;
    default: return Moments::float32;
  }
}

AdamCall adamCall(const ct_adam_parameter &parameter, const ct_adam_options &shared) {
  const ct_adam_options options = optionsOf(parameter, shared);
  const double correction1 = 1 - std::pow(options.beta1, double(options.step));
  const double correction2 = 1 - std::pow(options.beta2, double(options.step));
  const float decayed = float(options.learning_rate * parameter.weight_decay);
  return {
      .master = parameter.master->value.mutable_data_ptr<float>(),
      .first = parameter.first_moment->value.mutable_data_ptr(),
      .second = parameter.second_moment->value.mutable_data_ptr(),
      .firstScales = static_cast<float *>(fused::data(orUndefined(parameter.first_scales))),
      .secondScales = static_cast<float *>(fused::data(orUndefined(parameter.second_scales))),
      .noiseKey = noiseKey(parameter.place, options.step),
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
  AdamWork work{
      adamCall(parameter, options), GradientView(parameter.gradient->value), momentsOf(parameter), nullptr, false};
  work.decays = work.call.weightFactor != 1;
  if (!parameter.moved_rows) return work;
  // A row without moments and gradient stays as it is, or decays: 0 / (0 + epsilon) is no move.
  const bool knowsRows = work.gradient.held.defined() && work.moments != Moments::codes;
  if (knowsRows && work.call.decay == 0 && work.call.epsilon > 0) {
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
      work.kernel(table)(work.call, nullptr, from * width, row * width);
    } else if (work.decays) {
      table.decay(work.call, from * width, row * width);
    }
  }
}

/// Moments in blocks, over which the rows of a table do not begin and end: its gradient is laid out first.
void moveBlocks(const KernelTable &table, const AdamWork &work, const OptimizerPiece &piece) {
  if (work.gradient.dense.defined()) {
    work.kernel(table)(work.call, work.gradient.elements(piece.first), piece.first, piece.last);
    return;
  }
  const int64_t elementSize = int64_t(work.gradient.values().element_size());
  std::vector<char> laidOut(size_t((piece.last - piece.first) * elementSize));
  work.gradient.forEachPart(piece.first, piece.last, [&](int64_t first, int64_t last, const char *values) {
    if (values) std::copy_n(values, (last - first) * elementSize, &laidOut[size_t((first - piece.first) * elementSize)]);
  });
  work.kernel(table)(work.call, laidOut.data(), piece.first, piece.last);
}

}  // namespace

void runAdam(const std::vector<ct_adam_parameter> &parameters, const ct_adam_options &options) {
  std::vector<AdamWork> works;
  OptimizerPieces pieces;
  for (const ct_adam_parameter &parameter : parameters) {
    works.push_back(adamWork(parameter, options));
    const AdamWork &work = works.back();
    // Pieces of a table are whole rows, so that one thread alone sets a row's mark; those of codes are whole blocks.
    pieces.add(
        works.size() - 1, work.gradient.count, work.moments == Moments::codes ? momentBlock : work.gradient.width);
  }
  const KernelTable &table = kernels();
  pieces.forEach([&](const OptimizerPiece &piece, size_t) {
    const AdamWork &work = works[piece.tensor];
    if (work.moments == Moments::codes) {
      moveBlocks(table, work, piece);
      return;
    }
    work.gradient.forEachPart(piece.first, piece.last, [&](int64_t first, int64_t last, const void *values) {
      if (!values && work.movedRows) {
        moveRestingRows(table, work, first, last);
        return;
      }
      if (work.movedRows) work.movedRows[first / work.gradient.width] = 1;
      work.kernel(table)(work.call, values, first, last);
    });
  });
}

}  // namespace ctorch
