// Cross-entropy of hidden states on the CPU: logits exist for one block of rows at a time, and become their own
// gradient in place.
#include "cross_entropy_rows.h"
#include "losses.h"
#include "rows.h"

namespace ctorch::fused {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

/// Elements of the part of a weight's gradient that is rounded to bfloat16 before it is added up in float32.
constexpr int64_t gradientOfPart = int64_t(1) << 22;

struct Wanted {
  bool hidden = false, weight = false, bias = false;
  bool any() const { return hidden || weight || bias; }
};

/// One pass over all rows; the results are its members.
class LinearCrossEntropyPass {
 public:
  LinearCrossEntropyPass(
      const at::Tensor &hidden, const at::Tensor &weight, const at::Tensor &bias,
      const at::Tensor &targets, const ct_loss_options &options, int64_t logitsAtOnce,
      Wanted wanted);

  void run();

  at::Tensor loss, hiddenGradient, weightGradient, biasGradient;

 private:
  void runBlock(int64_t first, int64_t count);
  void differentiateBlock(
      CrossEntropyCall call, int64_t first, const at::Tensor &input, const at::Tensor &logits);
  void addToWeightGradient(const at::Tensor &input, const at::Tensor &gradient, bool isFirst);
  void addToBiasGradient(const at::Tensor &gradient);
  at::Tensor reduced() const;

  /// Whether no row is ignored, so that blocks are slices.
  bool coversAll() const { return rows_.numel() == hidden_.size(0); }
  double divisor() const { return options_.reduction == 1 ? double(rows_.numel()) : 1; }

  const at::Tensor hidden_, weight_, bias_;
  const ct_loss_options options_;
  const Wanted wanted_;
  /// The rows that count, and their targets.
  at::Tensor rows_, targets_;
  int64_t rowsOfBlock_ = 1;
  at::Tensor logits_, losses_, logSumExp_, lossGradient_;
  /// Sums in float32, where the gradient itself is not.
  at::Tensor weightSums_, biasSums_;
};

LinearCrossEntropyPass::LinearCrossEntropyPass(
    const at::Tensor &hidden, const at::Tensor &weight, const at::Tensor &bias,
    const at::Tensor &targets, const ct_loss_options &options, int64_t logitsAtOnce, Wanted wanted)
    : hidden_(hidden.detach().contiguous()),
      weight_(weight.detach().contiguous()),
      bias_(bias.defined() ? bias.detach() : bias),
      options_(options),
      wanted_(wanted),
      rows_(rowsThatCount(targets, options.ignored)),
      targets_(targets.index_select(0, rows_)) {
  const int64_t count = rows_.numel(), vocabulary = weight.size(0);
  // Blocks of about one size: a small last one would cost a product as slow as a large one.
  const int64_t most = std::max<int64_t>(1, logitsAtOnce / vocabulary);
  const int64_t blocks = std::max<int64_t>(1, (count + most - 1) / most);
  rowsOfBlock_ = (count + blocks - 1) / blocks;
  logits_ = at::empty({rowsOfBlock_, vocabulary}, hidden_.options());
  losses_ = at::empty({count}, at::kFloat);
  logSumExp_ = at::empty({count}, at::kFloat);
  if (!wanted.any()) return;
  lossGradient_ = at::full({count}, 1 / divisor(), at::kFloat);
  if (wanted.hidden) hiddenGradient = coversAll() ? at::empty_like(hidden_) : at::zeros_like(hidden_);
  if (wanted.weight) {
    weightGradient = count > 0 ? at::empty_like(weight_) : at::zeros_like(weight_);
    if (blocks > 1 && weight_.scalar_type() != at::kFloat)
      weightSums_ = at::zeros(weight_.sizes(), at::kFloat);
  }
  if (wanted.bias) biasSums_ = at::zeros({vocabulary}, at::kFloat);
}

void LinearCrossEntropyPass::run() {
  const int64_t count = rows_.numel();
  for (int64_t first = 0; first < count; first += rowsOfBlock_)
    runBlock(first, std::min(rowsOfBlock_, count - first));
  if (weightSums_.defined()) weightGradient.copy_(weightSums_);
  if (biasSums_.defined()) biasGradient = biasSums_.to(bias_.scalar_type());
  loss = reduced();
}

void LinearCrossEntropyPass::runBlock(int64_t first, int64_t count) {
  const at::Tensor input = coversAll() ? hidden_.narrow(0, first, count)
                                       : hidden_.index_select(0, rows_.narrow(0, first, count));
  at::Tensor logits = logits_.narrow(0, 0, count);
  if (bias_.defined()) {
    at::addmm_out(logits, bias_, input, weight_.t());
  } else {
    at::mm_out(logits, input, weight_.t());
  }
  CrossEntropyCall call = crossEntropyCall(logits, targets_.narrow(0, first, count), options_);
  call.losses = losses_.mutable_data_ptr<float>() + first;
  call.logSumExp = logSumExp_.mutable_data_ptr<float>() + first;
  crossEntropyOfRows(call, logits.scalar_type(), count);
  if (wanted_.any()) differentiateBlock(call, first, input, logits);
}

void LinearCrossEntropyPass::differentiateBlock(
    CrossEntropyCall call, int64_t first, const at::Tensor &input, const at::Tensor &logits) {
  const int64_t count = logits.size(0);
  call.lossGradient = lossGradient_.const_data_ptr<float>() + first;
  call.gradient = data(logits);
  crossEntropyGradientOfRows(call, logits.scalar_type(), count);
  if (wanted_.hidden) {
    if (coversAll()) {
      at::Tensor rows = hiddenGradient.narrow(0, first, count);
      at::mm_out(rows, logits, weight_);
    } else {
      hiddenGradient.index_copy_(0, rows_.narrow(0, first, count), at::mm(logits, weight_));
    }
  }
  if (wanted_.weight) addToWeightGradient(input, logits, first == 0);
  if (wanted_.bias) addToBiasGradient(logits);
}

void LinearCrossEntropyPass::addToWeightGradient(
    const at::Tensor &input, const at::Tensor &gradient, bool isFirst) {
  if (!weightSums_.defined()) {
    weightGradient.addmm_(gradient.t(), input, isFirst ? 0 : 1, 1);
    return;
  }
  const int64_t vocabulary = weight_.size(0), size = weight_.size(1);
  const int64_t most = std::max<int64_t>(1, gradientOfPart / std::max<int64_t>(size, 1));
  const auto kernel = kernels().accumulate[elementIndex(weight_)];
  for (int64_t first = 0; first < vocabulary; first += most) {
    const int64_t count = std::min(most, vocabulary - first);
    const at::Tensor part = at::mm(gradient.narrow(1, first, count).t(), input);
    float *const sums = weightSums_.mutable_data_ptr<float>() + first * size;
    const char *const values = static_cast<const char *>(constData(part));
    const int64_t bytes = int64_t(part.element_size());
    parallelPieces(count * size, int64_t(1) << 16, count * size, [&](int64_t start, int64_t end) {
      kernel(sums + start, values + start * bytes, 1, end - start);
    });
  }
}

void LinearCrossEntropyPass::addToBiasGradient(const at::Tensor &gradient) {
  const int64_t rows = gradient.size(0), columns = gradient.size(1);
  const auto kernel = kernels().sumColumns[elementIndex(gradient)];
  float *const sums = biasSums_.mutable_data_ptr<float>();
  parallelPieces(columns, 1024, rows * columns, [&](int64_t first, int64_t last) {
    kernel(constData(gradient), rows, columns, sums, first, last);
  });
}

at::Tensor LinearCrossEntropyPass::reduced() const {
  if (options_.reduction != 0) return totalLoss(losses_, divisor());
  return at::zeros({hidden_.size(0)}, at::kFloat).index_copy_(0, rows_, losses_);
}

struct LinearCrossEntropy : torch::autograd::Function<LinearCrossEntropy> {
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &hidden, const at::Tensor &weight,
      const MaybeTensor &bias, const at::Tensor &targets, const ct_loss_options &options,
      int64_t logitsAtOnce) {
    const Wanted wanted{
        hidden.requires_grad(), weight.requires_grad(), bias && bias->requires_grad()};
    LinearCrossEntropyPass pass(
        hidden, weight, orUndefined(bias), targets, options, logitsAtOnce, wanted);
    pass.run();
    context->save_for_backward({pass.hiddenGradient, pass.weightGradient, pass.biasGradient});
    return pass.loss;
  }

  static tensor_list backward(AutogradContext *context, tensor_list gradients) {
    const double factor = gradients[0].item<double>();
    const auto scaled = [&](const at::Tensor &gradient) {
      return !gradient.defined() || factor == 1 ? gradient : gradient * factor;
    };
    const tensor_list saved = context->get_saved_variables();
    return {
        scaled(saved[0]), scaled(saved[1]), scaled(saved[2]), at::Tensor(), at::Tensor(),
        at::Tensor()};
  }
};

}  // namespace

at::Tensor linearCrossEntropy(
    const at::Tensor &hidden, const at::Tensor &weight, const at::Tensor &bias,
    const at::Tensor &targets, const ct_loss_options &options, int64_t logitsAtOnce) {
  if (needsGradient(hidden, weight, bias)) {
    TORCH_CHECK(
        options.reduction != 0,
        "losses of single rows have no gradients here; ask for their mean or sum, or record none");
    return LinearCrossEntropy::apply(hidden, weight, maybe(bias), targets, options, logitsAtOnce);
  }
  LinearCrossEntropyPass pass(hidden, weight, bias, targets, options, logitsAtOnce, {});
  pass.run();
  return pass.loss;
}

}  // namespace ctorch::fused
