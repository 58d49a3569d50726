// Layer norm and root-mean-square norm on the CPU, fused with the dropout and the residual before them.
#include "norms.h"

#include "rows.h"

namespace ctorch::fused {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

struct Normalised {
  at::Tensor sum, y;
  /// For the backward pass; undefined without.
  at::Tensor rows, inverseDeviation;
};

Normalised normalise(
    const NormInputs &inputs, const ct_norm_options &options, bool wantsSum, bool keep) {
  const at::Tensor input = inputs.x.contiguous();
  const at::Tensor added =
      inputs.residual.defined() ? inputs.residual.contiguous() : inputs.residual;
  const at::Tensor vectors[] = {
      inFloat(inputs.xBias), inFloat(inputs.weight), inFloat(inputs.bias)};
  const int64_t rows = rowsOf(input);
  Normalised result;
  result.y = emptyLike(input);
  if (wantsSum) result.sum = emptyLike(input);
  if (keep) {
    result.rows = emptyLike(input);
    result.inverseDeviation = at::empty({rows}, at::kFloat);
  }
  NormCall call;
  call.x = constData(input);
  call.residual = constData(added);
  call.xBias = floats(vectors[0]);
  call.weight = floats(vectors[1]);
  call.bias = floats(vectors[2]);
  call.sum = data(result.sum);
  call.y = data(result.y);
  call.normalised = data(result.rows);
  call.inverseDeviation = static_cast<float *>(data(result.inverseDeviation));
  call.columns = columnsOf(input);
  call.epsilon = float(options.epsilon);
  call.rootMeanSquare = options.root_mean_square;
  call.mask = DropoutMask(options.dropout);
  const auto kernel = kernels().normForward[elementIndex(input)];
  forPiecesOfRows(rows, call.columns, [&](int64_t first, int64_t last) {
    kernel(call, first, last);
  });
  return result;
}

struct ResidualNorm : torch::autograd::Function<ResidualNorm> {
  static tensor_list forward(
      AutogradContext *context, const at::Tensor &x, const MaybeTensor &xBias,
      const MaybeTensor &residual, const at::Tensor &weight, const MaybeTensor &bias,
      const ct_norm_options &options, bool wantsSum) {
    const Normalised result = normalise(
        {x, orUndefined(xBias), orUndefined(residual), weight, orUndefined(bias)}, options, wantsSum,
        true);
    context->save_for_backward({result.rows, result.inverseDeviation, weight});
    context->saved_data["weight"] = gradientType(weight);
    context->saved_data["input"] = x.requires_grad() || gradientType(xBias) >= 0 ||
                                   (residual && residual->requires_grad());
    // A result that nobody uses has no gradient; it is not worth a tensor of zeros.
    context->set_materialize_grads(false);
    context->saved_data["xBias"] = gradientType(xBias);
    context->saved_data["bias"] = gradientType(bias);
    context->saved_data["residual"] = residual && residual->requires_grad();
    context->saved_data["rootMeanSquare"] = options.root_mean_square;
    saveKey(context, options.dropout);
    return wantsSum ? tensor_list{result.y, result.sum} : tensor_list{result.y};
  }

  static tensor_list backward(AutogradContext *context, tensor_list gradients) {
    const tensor_list saved = context->get_saved_variables();
    const at::Tensor &rows = saved[0], weight = inFloat(saved[2]);
    const int64_t weightType = context->saved_data["weight"].toInt();
    const int64_t xBiasType = context->saved_data["xBias"].toInt();
    const int64_t biasType = context->saved_data["bias"].toInt();
    const at::Tensor yGradient =
        gradients[0].defined() ? gradients[0].contiguous() : at::zeros_like(rows);
    const at::Tensor sumGradient = gradients.size() > 1 && gradients[1].defined()
                                       ? gradients[1].contiguous()
                                       : at::Tensor();
    NormCall call;
    call.columns = columnsOf(rows);
    call.mask = DropoutMask(savedKey(context));
    call.rootMeanSquare = context->saved_data["rootMeanSquare"].toBool();
    call.weight = floats(weight);
    call.yGradient = constData(yGradient);
    call.sumGradient = constData(sumGradient);
    call.normalised = data(rows);
    call.inverseDeviation = saved[1].mutable_data_ptr<float>();

    at::Tensor xGradient;
    if (context->saved_data["input"].toBool()) xGradient = emptyLike(rows);
    at::Tensor residualGradient;
    if (context->saved_data["residual"].toBool())
      // Without dropout both are the same numbers, and nobody writes to a gradient that is shared.
      residualGradient = call.mask.removesAny() ? emptyLike(rows) : xGradient;
    call.xGradient = data(xGradient);
    if (call.mask.removesAny()) call.residualGradient = data(residualGradient);
    VectorGradients sums(rowsOf(rows), call.columns, 3);
    const auto kernel = kernels().normBackward[elementIndex(rows)];
    forPiecesOfRows(rowsOf(rows), call.columns, [&](int64_t first, int64_t last) {
      NormCall piece = call;
      if (weightType >= 0) piece.weightGradient = sums.piece(first, 0);
      if (biasType >= 0) piece.biasGradient = sums.piece(first, 1);
      if (xBiasType >= 0) piece.xBiasGradient = sums.piece(first, 2);
      kernel(piece, first, last);
    });
    const auto total = [&](int64_t vector, int64_t type) {
      return type >= 0 ? sums.total(vector, at::ScalarType(type)) : at::Tensor();
    };
    return {
        xGradient,
        total(2, xBiasType),
        residualGradient,
        total(0, weightType),
        total(1, biasType),
        at::Tensor(),
        at::Tensor()};
  }
};

}  // namespace

NormOutputs residualNorm(const NormInputs &inputs, const ct_norm_options &options, bool wantsSum) {
  if (!needsGradient(inputs.x, inputs.xBias, inputs.residual, inputs.weight, inputs.bias)) {
    const Normalised result = normalise(inputs, options, wantsSum, false);
    return {result.sum, result.y};
  }
  const tensor_list results = ResidualNorm::apply(
      inputs.x, maybe(inputs.xBias), maybe(inputs.residual), inputs.weight, maybe(inputs.bias),
      options, wantsSum);
  return {wantsSum ? results[1] : at::Tensor(), results[0]};
}

}  // namespace ctorch::fused
