// Cross-entropy of logits on the CPU: the forward pass keeps one number a row.
#include "cross_entropy_rows.h"
#include "losses.h"
#include "rows.h"

namespace ctorch::fused {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

/// Rows of a piece: about as many elements as are worth handing to a thread.
int64_t rowsOfLossPiece(int64_t columns) { return std::max<int64_t>(1, 16384 / columns); }

size_t elementOf(at::ScalarType type) {
  return size_t(type == at::kBFloat16 ? Element::bfloat16 : Element::float32);
}

struct RowLosses {
  at::Tensor losses, logSumExp;
};

RowLosses lossesOf(
    const at::Tensor &logits, const at::Tensor &targets, const ct_loss_options &options) {
  const int64_t rows = logits.size(0);
  const RowLosses result{at::empty({rows}, at::kFloat), at::empty({rows}, at::kFloat)};
  CrossEntropyCall call = crossEntropyCall(logits, targets, options);
  call.losses = result.losses.mutable_data_ptr<float>();
  call.logSumExp = result.logSumExp.mutable_data_ptr<float>();
  crossEntropyOfRows(call, logits.scalar_type(), rows);
  return result;
}

/// What the sum of the losses is divided by.
double divisorOf(const at::Tensor &targets, const ct_loss_options &options) {
  return options.reduction == 1 ? double(rowsThatCount(targets, options.ignored).numel()) : 1;
}

struct CrossEntropy : torch::autograd::Function<CrossEntropy> {
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &logits, const at::Tensor &targets,
      const ct_loss_options &options) {
    const RowLosses result = lossesOf(logits, targets, options);
    const double divisor = divisorOf(targets, options);
    context->save_for_backward({logits, targets, result.logSumExp});
    context->saved_data["divisor"] = divisor;
    context->saved_data["reduction"] = options.reduction;
    context->saved_data["ignored"] = options.ignored;
    context->saved_data["smoothing"] = options.smoothing;
    return options.reduction == 0 ? result.losses : totalLoss(result.losses, divisor);
  }

  static tensor_list backward(AutogradContext *context, tensor_list gradients) {
    const tensor_list saved = context->get_saved_variables();
    const at::Tensor &logits = saved[0];
    const int64_t rows = logits.size(0);
    const at::Tensor lossGradient =
        (gradients[0].to(at::kFloat) / context->saved_data["divisor"].toDouble())
            .expand({rows})
            .contiguous();
    const at::Tensor gradient = emptyLike(logits);
    CrossEntropyCall call = crossEntropyCall(
        logits, saved[1],
        {context->saved_data["reduction"].toInt(), context->saved_data["ignored"].toInt(),
         context->saved_data["smoothing"].toDouble()});
    call.logSumExp = saved[2].mutable_data_ptr<float>();
    call.lossGradient = lossGradient.const_data_ptr<float>();
    call.gradient = data(gradient);
    crossEntropyGradientOfRows(call, logits.scalar_type(), rows);
    return {gradient, at::Tensor(), at::Tensor()};
  }
};

}  // namespace

CrossEntropyCall crossEntropyCall(
    const at::Tensor &logits, const at::Tensor &targets, const ct_loss_options &options) {
  CrossEntropyCall call;
  call.logits = constData(logits);
  call.targets = targets.const_data_ptr<int64_t>();
  call.columns = logits.size(1);
  call.ignored = options.ignored;
  call.smoothing = float(options.smoothing);
  return call;
}

void crossEntropyOfRows(const CrossEntropyCall &call, at::ScalarType type, int64_t rows) {
  const auto kernel = kernels().crossEntropyForward[elementOf(type)];
  parallelPieces(
      rows, rowsOfLossPiece(call.columns), rows * call.columns,
      [&](int64_t first, int64_t last) { kernel(call, first, last); });
}

void crossEntropyGradientOfRows(const CrossEntropyCall &call, at::ScalarType type, int64_t rows) {
  const auto kernel = kernels().crossEntropyBackward[elementOf(type)];
  parallelPieces(
      rows, rowsOfLossPiece(call.columns), rows * call.columns,
      [&](int64_t first, int64_t last) { kernel(call, first, last); });
}

at::Tensor totalLoss(const at::Tensor &losses, double divisor) {
  const float *const values = losses.const_data_ptr<float>();
  double total = 0;
  for (int64_t row = 0; row < losses.numel(); ++row) total += double(values[row]);
  return at::full({}, total / divisor, at::kFloat);
}

at::Tensor rowsThatCount(const at::Tensor &targets, int64_t ignored) {
  return targets.ne(ignored).nonzero().squeeze(1);
}

at::Tensor crossEntropy(
    const at::Tensor &given, const at::Tensor &targets, const ct_loss_options &options) {
  const at::Tensor logits = given.contiguous();
  if (needsGradient(logits)) return CrossEntropy::apply(logits, targets, options);
  const RowLosses result = lossesOf(logits, targets, options);
  if (options.reduction == 0) return result.losses;
  return totalLoss(result.losses, divisorOf(targets, options));
}

}  // namespace ctorch::fused
