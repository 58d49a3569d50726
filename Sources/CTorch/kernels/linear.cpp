// Dense layers by our own products where there are kernels for them, by libtorch's elsewhere.
#include "ctorch/linear.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../guarded.h"
#include "fused.h"
#include "matrix.h"
#include "reference_switch.h"

namespace ctorch {

namespace {

using fused::inFloat;
using fused::needsGradient;
using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;
using Tensors = std::vector<at::Tensor>;

at::Tensor asMatrix(const at::Tensor &tensor) {
  return tensor.reshape({-1, tensor.size(-1)}).contiguous();
}

at::Tensor withColumns(const at::Tensor &matrix, const at::Tensor &like) {
  std::vector<int64_t> sizes = like.sizes().vec();
  sizes.back() = matrix.size(-1);
  return matrix.view(sizes);
}

at::Tensor emptyMatrix(int64_t rows, int64_t columns, const at::Tensor &like) {
  return at::empty({rows, columns}, like.options().requires_grad(false));
}

int64_t totalRows(const Tensors &weights) {
  int64_t rows = 0;
  for (const at::Tensor &weight : weights) rows += weight.size(0);
  return rows;
}

/// A bias for all columns in float32; undefined when no layer has one.
at::Tensor joinedBias(const Tensors &weights, const Tensors &biases) {
  bool any = false;
  for (const at::Tensor &bias : biases) any = any || bias.defined();
  if (!any) return {};
  if (biases.size() == 1) return inFloat(biases[0]);
  Tensors parts;
  for (size_t i = 0; i < weights.size(); ++i)
    parts.push_back(biases[i].defined() ? inFloat(biases[i]) : at::zeros({weights[i].size(0)}, at::kFloat));
  return at::cat(parts);
}

/// Whether our own products take these layers of an input of this type.
bool isSuitable(const at::Tensor &input, const Tensors &weights) {
  if (usesReferenceKernels() || !input.device().is_cpu()) return false;
  // Forward the columns are summed over, backward the rows.
  std::vector<int64_t> summedOver;
  for (size_t i = 0; i < weights.size(); ++i) {
    const at::Tensor &weight = weights[i];
    if (!weight.device().is_cpu() || weight.scalar_type() != input.scalar_type() || !weight.is_contiguous())
      return false;
    if (i + 1 < weights.size() && weight.size(0) % panelColumns != 0) return false;
    summedOver.push_back(weight.size(0));
    summedOver.push_back(weight.size(1));
  }
  return matrix::canMultiply(input.scalar_type(), summedOver);
}

/// What a backward pass gives for each layer.
struct WeightGradients {
  at::Tensor weights, biases;

  /// Makes room for what is wanted and adds the product.
  WeightGradients(
      matrix::Products &products, const at::Tensor &gradient, const at::Tensor &input, bool wantsWeights,
      bool wantsBiases) {
    if (wantsBiases) biases = at::empty({gradient.size(1)}, at::kFloat);
    if (!wantsWeights) {
      if (wantsBiases) at::sum_out(biases, gradient, {0}, false, at::kFloat);
      return;
    }
    weights = emptyMatrix(gradient.size(1), input.size(1), input);
    products.multiplyTransposed(gradient, input, weights, biases);
  }

  at::Tensor bias(int64_t first, int64_t count, at::ScalarType type) const {
    return biases.narrow(0, first, count).to(type);
  }
};

bool anyWants(const Tensors &tensors) {
  for (const at::Tensor &tensor : tensors)
    if (tensor.defined() && tensor.requires_grad()) return true;
  return false;
}

at::Tensor multiplied(const at::Tensor &rows, const Tensors &weights, const at::Tensor &bias) {
  const at::Tensor output = emptyMatrix(rows.size(0), totalRows(weights), rows);
  matrix::Products products(rows.scalar_type());
  products.multiply(rows, products.layOutRows(weights), bias, Epilogue::none, output, {});
  products.run();
  return output;
}

/// The backward pass of input · [weights]ᵀ + biases. Its edges: the input, the weights, the biases. A node of its own,
/// because `torch::autograd::Function` does not follow lists of tensors.
struct DenseBackward : torch::autograd::Node {
  torch::autograd::SavedVariable input;
  std::vector<torch::autograd::SavedVariable> weights;
  std::vector<at::ScalarType> biasTypes;
  std::vector<int64_t> inputSizes;

  tensor_list apply(tensor_list &&gradients) override {
    const size_t count = weights.size();
    if (!gradients[0].defined()) return tensor_list(1 + 2 * count);
    Tensors matrices;
    for (const auto &weight : weights) matrices.push_back(weight.unpack());
    const at::Tensor gradient = asMatrix(gradients[0]);

    matrix::Products products(gradient.scalar_type());
    tensor_list result(1 + 2 * count);
    if (task_should_compute_output(0)) {
      result[0] = emptyMatrix(gradient.size(0), matrices[0].size(1), gradient);
      products.multiplyBack(gradient, matrices, {}, result[0]);
      result[0] = result[0].view(inputSizes);
    }
    bool wantsWeights = false, wantsBiases = false;
    for (size_t i = 0; i < count; ++i) {
      wantsWeights = wantsWeights || task_should_compute_output(1 + i);
      wantsBiases = wantsBiases || task_should_compute_output(1 + count + i);
    }
    const at::Tensor rows = wantsWeights ? asMatrix(input.unpack()) : at::Tensor();
    const WeightGradients found(products, gradient, rows, wantsWeights, wantsBiases);
    products.run();
    int64_t first = 0;
    for (size_t i = 0; i < count; ++i) {
      const int64_t size = matrices[i].size(0);
      if (task_should_compute_output(1 + i)) result[1 + i] = found.weights.narrow(0, first, size);
      if (task_should_compute_output(1 + count + i))
        result[1 + count + i] = found.bias(first, size, biasTypes[i]);
      first += size;
    }
    return result;
  }

  void release_variables() override {
    input.reset_data();
    for (auto &weight : weights) weight.reset_data();
  }

  std::string name() const override { return "DenseBackward"; }
};

at::Tensor dense(const at::Tensor &input, const Tensors &weights, const Tensors &biases) {
  at::Tensor output;
  {
    const at::NoGradGuard unrecorded;
    output = withColumns(multiplied(asMatrix(input), weights, joinedBias(weights, biases)), input);
  }
  if (!at::GradMode::is_enabled() || !(input.requires_grad() || anyWants(weights) || anyWants(biases)))
    return output;
  auto node = std::make_unique<DenseBackward>();
  torch::autograd::edge_list edges{torch::autograd::impl::gradient_edge(input)};
  for (const Tensors *tensors : {&weights, &biases})
    for (const at::Tensor &tensor : *tensors)
      edges.push_back(
          tensor.defined() && tensor.requires_grad() ? torch::autograd::impl::gradient_edge(tensor)
                                                     : torch::autograd::Edge());
  if (!input.requires_grad()) edges[0] = torch::autograd::Edge();
  node->set_next_edges(std::move(edges));
  if (anyWants(weights)) node->input = torch::autograd::SavedVariable(input, false);
  for (const at::Tensor &weight : weights) node->weights.emplace_back(weight, false);
  for (const at::Tensor &bias : biases)
    node->biasTypes.push_back(bias.defined() ? bias.scalar_type() : at::kFloat);
  node->inputSizes = input.sizes().vec();
  // libtorch's versions count a node's owners in different ways; all take it over from a unique one.
  using Owner = decltype(torch::autograd::Edge::function);
  torch::autograd::set_history(output, Owner(std::unique_ptr<torch::autograd::Node>(std::move(node))));
  return output;
}

/// activation(input · upᵀ + bias) · downᵀ of an input [T, K]. Nothing but numbers and tensors goes to `saved_data`: a
/// list there instantiates templates whose static tables the executable and libtorch would mix up.
struct FeedForward : torch::autograd::Function<FeedForward> {
  struct Middle {
    at::Tensor activated, derivative;
  };

  static at::Tensor compute(
      const at::Tensor &rows, const at::Tensor &up, const at::Tensor &bias, const at::Tensor &down,
      Epilogue activation, Middle &middle, bool keep) {
    middle.activated = emptyMatrix(rows.size(0), up.size(0), rows);
    if (keep) middle.derivative = at::empty_like(middle.activated);
    matrix::Products first(rows.scalar_type());
    first.multiply(
        rows, first.layOutRows({up}), inFloat(bias), activation, middle.activated, middle.derivative);
    first.run();
    return multiplied(middle.activated, {down}, {});
  }

  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &input, const at::Tensor &up,
      const fused::MaybeTensor &maybeBias, const at::Tensor &down, int64_t activation) {
    const at::Tensor rows = input.contiguous(), bias = fused::orUndefined(maybeBias);
    Middle middle;
    const at::Tensor output = compute(rows, up, bias, down, Epilogue(activation), middle, true);
    context->save_for_backward({rows, up, down, middle.activated, middle.derivative});
    context->saved_data["wantsInput"] = input.requires_grad();
    context->saved_data["wantsUp"] = up.requires_grad();
    context->saved_data["wantsDown"] = down.requires_grad();
    context->saved_data["biasType"] =
        bias.defined() && bias.requires_grad() ? int64_t(bias.scalar_type()) : int64_t(-1);
    return output;
  }

  static tensor_list backward(AutogradContext *context, tensor_list gradients) {
    const tensor_list saved = context->get_saved_variables();
    const at::Tensor &rows = saved[0], &up = saved[1], &down = saved[2], &activated = saved[3];
    const at::Tensor gradient = asMatrix(gradients[0]);
    const int64_t biasType = context->saved_data["biasType"].toInt();

    const at::Tensor middleGradient = at::empty_like(activated);
    matrix::Products last(gradient.scalar_type());
    last.multiplyBack(gradient, {down}, saved[4], middleGradient);
    const WeightGradients downGradients(
        last, gradient, activated, context->saved_data["wantsDown"].toBool(), false);
    last.run();

    matrix::Products first(gradient.scalar_type());
    at::Tensor inputGradient;
    if (context->saved_data["wantsInput"].toBool()) {
      inputGradient = at::empty_like(rows);
      first.multiplyBack(middleGradient, {up}, {}, inputGradient);
    }
    const WeightGradients upGradients(
        first, middleGradient, rows, context->saved_data["wantsUp"].toBool(), biasType >= 0);
    first.run();
    return {
        inputGradient, upGradients.weights,
        biasType >= 0 ? upGradients.bias(0, up.size(0), at::ScalarType(biasType)) : at::Tensor(),
        downGradients.weights, at::Tensor()};
  }
};

at::Tensor activate(const at::Tensor &x, ct_epilogue epilogue) {
  if (epilogue == CT_EPILOGUE_NONE) return x;
  return at::gelu(x, epilogue == CT_EPILOGUE_GELU_TANH ? "tanh" : "none");
}

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

Tensors valuesOf(const ct_tensor *const *tensors, size_t count) {
  Tensors values;
  for (size_t i = 0; i < count; ++i) values.push_back(orUndefined(tensors[i]));
  return values;
}

}  // namespace

}  // namespace ctorch

using namespace ctorch;

ct_tensor *ct_linear(const ct_tensor *input, const ct_tensor *weight, const ct_tensor *bias) {
  return guarded([&] {
    const at::Tensor added = orUndefined(bias);
    checkLayer(input->value, weight->value, added);
    if (isSuitable(input->value, {weight->value})) return dense(input->value, {weight->value}, {added});
    return at::linear(input->value, weight->value, optional(bias));
  });
}

ct_tensor *ct_joined_linear(
    const ct_tensor *input, const ct_tensor *const *weights, const ct_tensor *const *biases, size_t count) {
  return guarded([&] {
    TORCH_CHECK(count > 0, "joined dense layers need at least one");
    const Tensors matrices = valuesOf(weights, count), vectors = valuesOf(biases, count);
    for (size_t i = 0; i < count; ++i) checkLayer(input->value, matrices[i], vectors[i]);
    if (isSuitable(input->value, matrices)) return dense(input->value, matrices, vectors);
    Tensors outputs;
    for (size_t i = 0; i < count; ++i)
      outputs.push_back(at::linear(input->value, matrices[i], optional(biases[i])));
    return at::cat(outputs, -1);
  });
}

ct_tensor *ct_feed_forward(
    const ct_tensor *input, const ct_tensor *up, const ct_tensor *up_bias, const ct_tensor *down,
    ct_epilogue activation) {
  return guarded([&] {
    const at::Tensor &x = input->value, &first = up->value, &second = down->value;
    const at::Tensor bias = orUndefined(up_bias);
    checkLayer(x, first, bias);
    TORCH_CHECK(
        second.dim() == 2 && second.size(1) == first.size(0) && second.scalar_type() == first.scalar_type(),
        "the second weights have shape ", second.sizes(), " and type ", second.scalar_type(),
        "; the first have ", first.sizes(), " and ", first.scalar_type());
    if (!isSuitable(x, {first}) || !isSuitable(x, {second}))
      return at::linear(activate(at::linear(x, first, optional(up_bias)), activation), second);
    if (needsGradient(x, first, bias, second)) {
      const at::Tensor rows = x.dim() == 2 ? x : x.reshape({-1, x.size(-1)});
      const at::Tensor y =
          FeedForward::apply(rows, first, fused::maybe(bias), second, int64_t(activation));
      return x.dim() == 2 ? y : withColumns(y, x);
    }
    FeedForward::Middle middle;
    return withColumns(
        FeedForward::compute(asMatrix(x), first, bias, second, Epilogue(activation), middle, false), x);
  });
}

bool ct_lay_out_weights(const ct_tensor *const *weights, size_t count, ct_tensor **result) {
  *result = nullptr;
  return succeeds([&] {
    TORCH_CHECK(count > 0, "there are no weights to lay out");
    Tensors matrices;
    for (const at::Tensor &weight : valuesOf(weights, count)) {
      TORCH_CHECK(
          weight.dim() == 2 && weight.size(1) == weights[0]->value.size(1),
          "weights of one input must have one number of columns; there are ", weight.sizes(), " and ",
          weights[0]->value.sizes());
      matrices.push_back(weight.detach().contiguous());
    }
    const at::Tensor &first = matrices.front();
    if (!isSuitable(first, matrices)) return;
    matrix::Products products(first.scalar_type());
    const at::Tensor panels = products.layOutRows(matrices).panels;
    products.run();
    *result = new ct_tensor{panels};
  });
}

ct_tensor *ct_laid_out_linear(
    const ct_tensor *input, const ct_tensor *laid_out, int64_t columns, const ct_tensor *bias,
    ct_epilogue epilogue) {
  return guarded([&] {
    const at::Tensor rows = asMatrix(input->value), &panels = laid_out->value;
    const at::Tensor vector = inFloat(orUndefined(bias));
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
    const at::Tensor output = emptyMatrix(rows.size(0), columns, rows);
    matrix::Products products(rows.scalar_type());
    products.multiply(
        rows, {panels, perPanel / panelColumns / unitBytes, columns}, vector, Epilogue(epilogue), output, {});
    products.run();
    return withColumns(output, input->value);
  });
}
