// The C entry points of dense layers: our own products where there are kernels for them, libtorch's elsewhere.
#include "ctorch/linear.h"

#include <ATen/ATen.h>

#include <utility>
#include <vector>

#include "../guarded.h"
#include "checks.h"
#include "ctorch/low_rank.h"
#include "dense_chain.h"
#include "fused.h"
#include "matrix.h"

namespace ctorch {

namespace {

using dense::Layers;
using dense::Tensors;
using fused::inFloat;

void checkLayer(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias) {
  TORCH_CHECK(
      input.dim() >= 1 && weight.dim() == 2 && input.size(-1) == weight.size(1),
      "a dense layer with weights ", weight.sizes(), " cannot take an input of shape ", input.sizes());
  TORCH_CHECK(
      input.scalar_type() == weight.scalar_type(), "a dense layer with ", weight.scalar_type(),
      " weights cannot take an input of type ", input.scalar_type());
  TORCH_CHECK(
      !bias.defined() || (bias.dim() == 1 && bias.size(0) == weight.size(0)), "the bias has shape ",
      bias.sizes(), "; it must be [", weight.size(0), "]");
}

dense::Term checkedTerm(const ct_low_rank_term &term, const Tensors &weights) {
  checkDropout(term.dropout);
  TORCH_CHECK(term.layer < weights.size(), "a term belongs to layer ", term.layer, " of ", weights.size());
  const at::Tensor &down = term.down->value, &up = term.up->value, &weight = weights[term.layer];
  TORCH_CHECK(
      down.dim() == 2 && up.dim() == 2 && down.size(0) > 0 && down.size(0) == up.size(1) &&
          down.size(1) == weight.size(1) && up.size(0) == weight.size(0),
      "thin matrices ", down.sizes(), " and ", up.sizes(), " do not fit weights ", weight.sizes(),
      ": they must be [rank, input] and [output, rank]");
  TORCH_CHECK(
      at::isFloatingType(down.scalar_type()) && at::isFloatingType(up.scalar_type()),
      "thin matrices must be of a floating type");
  return {down, up, term.layer, term.scale, term.dropout};
}

/// The layers for an input of a type; weights in few bits are made numbers.
Layers layersOf(const ct_dense_layers &layers, at::ScalarType type) {
  TORCH_CHECK(layers.count > 0, "joined dense layers need at least one");
  Layers result;
  for (size_t i = 0; i < layers.count; ++i) {
    const ct_quantized_weight *quantized = layers.quantized ? layers.quantized[i] : nullptr;
    result.quantized.push_back(quantized ? quantized->value : nullptr);
    result.weights.push_back(quantized ? quantized->value->values(type) : layers.weights[i]->value);
    result.biases.push_back(layers.biases ? orUndefined(layers.biases[i]) : at::Tensor());
  }
  for (size_t i = 0; i < layers.term_count; ++i)
    result.terms.push_back(checkedTerm(layers.terms[i], result.weights));
  return result;
}

Layers checkedLayers(const at::Tensor &input, const ct_dense_layers &layers) {
  Layers result = layersOf(layers, input.scalar_type());
  for (size_t i = 0; i < layers.count; ++i) checkLayer(input, result.weights[i], result.biases[i]);
  return result;
}

at::Tensor feedForward(const at::Tensor &input, Layers &&up, ct_epilogue activation, Layers &&down) {
  TORCH_CHECK(
      up.weights.size() == 1 && down.weights.size() == 1, "a feed-forward block has one layer up and one down");
  const at::Tensor &first = up.weights[0], &second = down.weights[0];
  TORCH_CHECK(
      second.dim() == 2 && second.size(1) == first.size(0) && second.scalar_type() == first.scalar_type(),
      "the second weights have shape ", second.sizes(), " and type ", second.scalar_type(), "; the first have ",
      first.sizes(), " and ", first.scalar_type());
  return dense::chained(input, {std::move(up), std::move(down)}, Epilogue(activation));
}

/// A product with weights that were laid out, and with terms.
at::Tensor laidOutProduct(
    const at::Tensor &input, const at::Tensor &panels, int64_t columns, const at::Tensor &bias,
    const dense::ThinProduct &thin, ct_epilogue epilogue) {
  const at::NoGradGuard unrecorded;
  const at::Tensor rows = dense::asMatrix(input), vector = inFloat(bias);
  TORCH_CHECK(
      matrix::canMultiply(rows.scalar_type(), {rows.size(1)}),
      "there is no kernel for weights that were laid out and this input");
  const int64_t perPanel = rows.size(1) * int64_t(rows.element_size()) * panelColumns;
  TORCH_CHECK(
      perPanel * ((columns + panelColumns - 1) / panelColumns) == panels.numel(),
      "the weights were not laid out for an input of ", rows.size(1), " columns of ", rows.scalar_type());
  TORCH_CHECK(
      !vector.defined() || vector.numel() == columns, "the bias has ", vector.numel(), " elements, not ",
      columns);
  const at::Tensor output = at::empty({rows.size(0), columns}, rows.options().requires_grad(false));
  const at::Tensor middle = thin.isEmpty() ? at::Tensor() : thin.middle(rows);
  matrix::Products products(rows.scalar_type());
  products.multiply(
      rows, {panels, perPanel / panelColumns / unitBytes, columns}, vector, Epilogue(epilogue), output, {});
  if (middle.defined()) products.addThinRows(middle, thin.up);
  products.run();
  return dense::withColumns(output, input);
}

}  // namespace

}  // namespace ctorch

using namespace ctorch;

ct_tensor *ct_linear(const ct_tensor *input, const ct_tensor *weight, const ct_tensor *bias) {
  return ct_joined_linear(input, &weight, &bias, 1);
}

ct_tensor *ct_joined_linear(
    const ct_tensor *input, const ct_tensor *const *weights, const ct_tensor *const *biases, size_t count) {
  return ct_dense_product(input, {weights, nullptr, biases, count, nullptr, 0});
}

ct_tensor *ct_dense_product(const ct_tensor *input, ct_dense_layers layers) {
  return guarded([&] { return dense::chained(input->value, {checkedLayers(input->value, layers)}, Epilogue::none); });
}

ct_tensor *ct_feed_forward(
    const ct_tensor *input, const ct_tensor *up, const ct_tensor *up_bias, const ct_tensor *down,
    ct_epilogue activation) {
  return ct_dense_feed_forward(
      input, {&up, nullptr, &up_bias, 1, nullptr, 0}, activation, {&down, nullptr, nullptr, 1, nullptr, 0});
}

ct_tensor *ct_dense_feed_forward(
    const ct_tensor *input, ct_dense_layers up, ct_epilogue activation, ct_dense_layers down) {
  return guarded([&] {
    const at::Tensor &x = input->value;
    return feedForward(x, checkedLayers(x, up), activation, layersOf(down, x.scalar_type()));
  });
}

bool ct_lay_out_weights(const ct_tensor *const *weights, size_t count, ct_tensor **result) {
  *result = nullptr;
  return succeeds([&] {
    TORCH_CHECK(count > 0, "there are no weights to lay out");
    Layers layers;
    for (size_t i = 0; i < count; ++i) {
      const at::Tensor &weight = weights[i]->value;
      TORCH_CHECK(
          weight.dim() == 2 && weight.size(1) == weights[0]->value.size(1),
          "weights of one input must have one number of columns; there are ", weight.sizes(), " and ",
          weights[0]->value.sizes());
      layers.weights.push_back(weight.detach().contiguous());
    }
    const at::Tensor &first = layers.weights.front();
    if (!dense::isSuitable(first, layers)) return;
    matrix::Products products(first.scalar_type());
    const at::Tensor panels = products.layOutRows(layers.weights).panels;
    products.run();
    *result = new ct_tensor{panels};
  });
}

ct_tensor *ct_laid_out_linear(
    const ct_tensor *input, const ct_tensor *laid_out, int64_t columns, const ct_tensor *bias,
    ct_epilogue epilogue) {
  return guarded([&] {
    return laidOutProduct(input->value, laid_out->value, columns, orUndefined(bias), {}, epilogue);
  });
}

ct_tensor *ct_laid_out_dense(
    const ct_tensor *input, const ct_tensor *laid_out, ct_dense_layers layers, const ct_tensor *bias,
    ct_epilogue epilogue) {
  return guarded([&] {
    const Layers checked = layersOf(layers, input->value.scalar_type());
    int64_t columns = 0;
    for (const at::Tensor &weight : checked.weights) columns += weight.size(0);
    return laidOutProduct(
        input->value, laid_out->value, columns, orUndefined(bias), dense::ThinProduct(checked), epilogue);
  });
}
