// A step of SGD over all parameters that have kernels.
#include "../guarded.h"
#include "optimizer_work.h"

namespace ctorch {

namespace {

SgdCall sgdCall(const ct_sgd_parameter &parameter, const ct_sgd_options &shared) {
  const ct_sgd_options options = optionsOf(parameter, shared);
  return {
      .master = parameter.master->value.mutable_data_ptr<float>(),
      .buffer = options.momentum != 0 ? parameter.momentum_buffer->value.mutable_data_ptr<float>() : nullptr,
      .copy = fused::data(orUndefined(parameter.copy)),
      .learningRate = float(options.learning_rate),
      .momentum = float(options.momentum),
      .oneMinusDampening = float(1 - options.dampening),
      .decay = float(parameter.weight_decay),
      .gradientScale = float(options.gradient_scale),
      .nesterov = options.nesterov,
      .firstStep = options.first_step};
}

}  // namespace

void runSgd(const std::vector<ct_sgd_parameter> &parameters, const ct_sgd_options &options) {
  std::vector<SgdCall> calls;
  std::vector<GradientView> gradients;
  OptimizerPieces pieces;
  for (const ct_sgd_parameter &parameter : parameters) {
    calls.push_back(sgdCall(parameter, options));
    gradients.emplace_back(parameter.gradient->value);
    pieces.add(calls.size() - 1, gradients.back().count, gradients.back().width);
  }
  const KernelTable &table = kernels();
  pieces.forEach([&](const OptimizerPiece &piece, size_t) {
    const GradientView &gradient = gradients[piece.tensor];
    gradient.forEachPart(piece.first, piece.last, [&](int64_t first, int64_t last, const void *values) {
      table.sgd[gradient.element()](calls[piece.tensor], values, first, last);
    });
  });
}

}  // namespace ctorch
