// Dropout, layer norm and GELU on the CPU, fused with what stands around them.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "fused.h"
#include "parallel.h"

namespace ctorch::fused {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

int64_t columnsOf(const at::Tensor &tensor) { return tensor.size(-1); }

int64_t rowsOf(const at::Tensor &tensor) {
  return tensor.numel() == 0 ? 0 : tensor.numel() / columnsOf(tensor);
}

at::Tensor emptyLike(const at::Tensor &tensor) {
  return at::empty(tensor.sizes(), tensor.options().requires_grad(false));
}

void saveKey(AutogradContext *context, const ct_dropout_key &key) {
  context->saved_data["rate"] = key.rate;
  context->saved_data["seed"] = int64_t(key.seed);
  context->saved_data["place"] = int64_t(key.place);
}

ct_dropout_key savedKey(AutogradContext *context) {
  return {
      context->saved_data["rate"].toDouble(), uint64_t(context->saved_data["seed"].toInt()),
      uint64_t(context->saved_data["place"].toInt())};
}

at::Tensor drop(const at::Tensor &x, const ct_dropout_key &key) {
  const DropoutMask mask(key);
  const at::Tensor input = x.contiguous(), output = emptyLike(input);
  const int64_t columns = columnsOf(x), rows = rowsOf(x);
  const auto kernel = kernels().dropout[elementIndex(x)];
  parallelPieces(rows, rowsOfPiece(rows), x.numel(), [&](int64_t first, int64_t last) {
    kernel(constData(input), data(output), columns, mask, first, last);
  });
  return output;
}

struct Dropout : torch::autograd::Function<Dropout> {
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &x, const ct_dropout_key &key) {
    saveKey(context, key);
    return drop(x, key);
  }

  static tensor_list backward(AutogradContext *context, tensor_list gradients) {
    return {drop(gradients[0], savedKey(context)), at::Tensor()};
  }
};

struct Normalised {
  at::Tensor y, normalised, inverseDeviation;
};

Normalised normalise(
    const at::Tensor &x, const at::Tensor &xBias, const at::Tensor &residual,
    const at::Tensor &weight, const at::Tensor &bias, double epsilon, const ct_dropout_key &key,
    bool keep) {
  const at::Tensor input = x.contiguous();
  const at::Tensor added = residual.defined() ? residual.contiguous() : residual;
  const at::Tensor vectors[] = {inFloat(xBias), inFloat(weight), inFloat(bias)};
  const int64_t rows = rowsOf(input);
  Normalised result{emptyLike(input), {}, {}};
  if (keep) {
    result.normalised = emptyLike(input);
    result.inverseDeviation = at::empty({rows}, at::kFloat);
  }
  NormCall call;
  call.x = constData(input);
  call.residual = constData(added);
  call.xBias = floats(vectors[0]);
  call.weight = floats(vectors[1]);
  call.bias = floats(vectors[2]);
  call.y = data(result.y);
  call.normalised = data(result.normalised);
  call.inverseDeviation = static_cast<float *>(data(result.inverseDeviation));
  call.columns = columnsOf(input);
  call.epsilon = float(epsilon);
  call.mask = DropoutMask(key);
  const auto kernel = kernels().normForward[elementIndex(x)];
  parallelPieces(rows, rowsOfPiece(rows), x.numel(), [&](int64_t first, int64_t last) {
    kernel(call, first, last);
  });
  return result;
}

struct LayerNorm : torch::autograd::Function<LayerNorm> {
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &x, const MaybeTensor &maybeXBias,
      const MaybeTensor &maybeResidual, const at::Tensor &weight, const at::Tensor &bias,
      double epsilon, const ct_dropout_key &key) {
    const at::Tensor xBias = orUndefined(maybeXBias), residual = orUndefined(maybeResidual);
    const Normalised result = normalise(x, xBias, residual, weight, bias, epsilon, key, true);
    context->save_for_backward({result.normalised, result.inverseDeviation, weight});
    context->saved_data["bias"] = int64_t(bias.scalar_type());
    context->saved_data["xBias"] = xBias.defined() ? int64_t(xBias.scalar_type()) : int64_t(-1);
    context->saved_data["residual"] = residual.defined();
    saveKey(context, key);
    return result.y;
  }

  static tensor_list backward(AutogradContext *context, tensor_list gradients) {
    const tensor_list saved = context->get_saved_variables();
    const at::Tensor yGradient = gradients[0].contiguous(), weight = inFloat(saved[2]);
    const int64_t rows = rowsOf(yGradient), columns = columnsOf(yGradient);
    const int64_t xBiasType = context->saved_data["xBias"].toInt();
    const bool hasResidual = context->saved_data["residual"].toBool();
    const ct_dropout_key key = savedKey(context);
    NormCall call;
    call.columns = columns;
    call.mask = DropoutMask(key);
    call.weight = floats(weight);
    call.yGradient = constData(yGradient);
    call.normalised = data(saved[0]);
    call.inverseDeviation = saved[1].mutable_data_ptr<float>();

    at::Tensor xGradient = emptyLike(yGradient), residualGradient;
    if (hasResidual)
      // Without dropout both are the same numbers, and nobody writes to a gradient that is shared.
      residualGradient = call.mask.removesAny() ? emptyLike(yGradient) : xGradient;
    call.xGradient = data(xGradient);
    if (call.mask.removesAny()) call.residualGradient = data(residualGradient);
    VectorGradients sums(rows, columns, 3);
    const auto kernel = kernels().normBackward[elementIndex(yGradient)];
    parallelPieces(rows, rowsOfPiece(rows), yGradient.numel(), [&](int64_t first, int64_t last) {
      NormCall piece = call;
      piece.weightGradient = sums.piece(first, 0);
      piece.biasGradient = sums.piece(first, 1);
      if (xBiasType >= 0) piece.xBiasGradient = sums.piece(first, 2);
      kernel(piece, first, last);
    });
    const auto typed = [&](int64_t vector, int64_t type) {
      return sums.total(vector, at::ScalarType(type));
    };
    return {
        xGradient,
        xBiasType >= 0 ? typed(2, xBiasType) : at::Tensor(),
        residualGradient,
        typed(0, int64_t(saved[2].scalar_type())),
        typed(1, context->saved_data["bias"].toInt()),
        at::Tensor(),
        at::Tensor()};
  }
};

struct Activated {
  at::Tensor y, derivative;
};

Activated activate(const at::Tensor &x, const at::Tensor &bias, bool tanhForm, bool keep) {
  const at::Tensor input = x.contiguous(), vector = inFloat(bias);
  const Activated result{emptyLike(input), keep ? emptyLike(input) : at::Tensor()};
  GeluCall call;
  call.x = constData(input);
  call.bias = floats(vector);
  call.y = data(result.y);
  call.derivative = data(result.derivative);
  call.columns = columnsOf(input);
  call.tanhForm = tanhForm;
  const int64_t rows = rowsOf(input);
  const auto kernel = kernels().geluForward[elementIndex(x)];
  parallelPieces(rows, rowsOfPiece(rows), x.numel(), [&](int64_t first, int64_t last) {
    kernel(call, first, last);
  });
  return result;
}

struct BiasGelu : torch::autograd::Function<BiasGelu> {
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &x, const MaybeTensor &bias, bool tanhForm) {
    const Activated result = activate(x, orUndefined(bias), tanhForm, true);
    context->save_for_backward({result.derivative});
    context->saved_data["bias"] = bias ? int64_t(bias->scalar_type()) : int64_t(-1);
    return result.y;
  }

  static tensor_list backward(AutogradContext *context, tensor_list gradients) {
    const at::Tensor derivative = context->get_saved_variables()[0];
    const at::Tensor yGradient = gradients[0].contiguous(), xGradient = emptyLike(derivative);
    const int64_t biasType = context->saved_data["bias"].toInt();
    GeluCall call;
    call.derivative = data(derivative);
    call.yGradient = constData(yGradient);
    call.xGradient = data(xGradient);
    call.columns = columnsOf(derivative);
    const int64_t rows = rowsOf(derivative);
    VectorGradients sums(biasType >= 0 ? rows : 0, call.columns, 1);
    const auto kernel = kernels().geluBackward[elementIndex(derivative)];
    parallelPieces(rows, rowsOfPiece(rows), derivative.numel(), [&](int64_t first, int64_t last) {
      GeluCall piece = call;
      if (biasType >= 0) piece.biasGradient = sums.piece(first, 0);
      kernel(piece, first, last);
    });
    return {
        xGradient, biasType >= 0 ? sums.total(0, at::ScalarType(biasType)) : at::Tensor(),
        at::Tensor()};
  }
};

}  // namespace

at::Tensor dropout(const at::Tensor &x, const ct_dropout_key &key) {
  if (!DropoutMask(key).removesAny() || x.numel() == 0) return x.alias();
  return needsGradient(x) ? Dropout::apply(x, key) : drop(x, key);
}

at::Tensor dropoutResidualLayerNorm(
    const at::Tensor &x, const at::Tensor &xBias, const at::Tensor &residual,
    const at::Tensor &weight, const at::Tensor &bias, double epsilon, const ct_dropout_key &key) {
  if (!needsGradient(x, xBias, residual, weight, bias))
    return normalise(x, xBias, residual, weight, bias, epsilon, key, false).y;
  return LayerNorm::apply(x, maybe(xBias), maybe(residual), weight, bias, epsilon, key);
}

at::Tensor biasGelu(const at::Tensor &x, const at::Tensor &bias, bool tanhForm) {
  return needsGradient(x, bias) ? BiasGelu::apply(x, maybe(bias), tanhForm)
                                : activate(x, bias, tanhForm, false).y;
}

}  // namespace ctorch::fused
