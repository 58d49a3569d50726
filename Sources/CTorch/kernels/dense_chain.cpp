#include "dense_chain.h"

#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "fused.h"
#include "reference.h"
#include "reference_switch.h"

namespace ctorch::dense {

namespace {

using torch::autograd::Edge;
using torch::autograd::SavedVariable;
using torch::autograd::tensor_list;

bool wants(const at::Tensor &tensor) { return tensor.defined() && tensor.requires_grad(); }

bool anyWants(const Tensors &tensors) { return std::any_of(tensors.begin(), tensors.end(), wants); }

bool anyDownWants(const Layers &layers) {
  return std::any_of(layers.terms.begin(), layers.terms.end(), [](const Term &term) { return wants(term.down); });
}

bool anyWants(const Layers &layers) {
  return anyWants(layers.weights) || anyWants(layers.biases) || anyDownWants(layers) ||
         std::any_of(layers.terms.begin(), layers.terms.end(), [](const Term &term) { return wants(term.up); });
}

/// What a stage keeps for its way back. Its edges, from `firstEdge` on: weights, biases, downs, ups.
struct Stage {
  /// Of the weights that are kept as they are; empty places for the others.
  std::vector<SavedVariable> weights;
  std::vector<std::shared_ptr<const QuantizedWeight>> quantized;
  std::vector<at::ScalarType> biasTypes, downTypes, upTypes;
  /// What the stage read, when a gradient asks for it: the chain's input, or what the stage before gave.
  SavedVariable input;
  at::Tensor rows;
  Kept kept;
  size_t firstEdge = 1;

  size_t edgeCount() const { return 2 * (weights.size() + downTypes.size()); }
};

/// The backward pass of a chain. Its first edge is the input's. A node of its own, because
/// `torch::autograd::Function` does not follow lists of tensors.
struct ChainBackward : torch::autograd::Node {
  std::vector<Stage> stages;
  std::vector<int64_t> inputSizes;

  tensor_list apply(tensor_list &&gradients) override {
    tensor_list result(stages.back().firstEdge + stages.back().edgeCount());
    if (!gradients[0].defined()) return result;
    at::Tensor gradient = asMatrix(gradients[0]);
    for (size_t i = stages.size(); i-- > 0;) {
      Gradients found = differentiate(i, gradient);
      const Stage &stage = stages[i];
      const auto take = [&](size_t place, Tensors &from, const auto &typeOf) {
        for (size_t j = 0; j < from.size(); ++j)
          if (from[j].defined()) result[stage.firstEdge + place + j] = from[j].to(typeOf(j));
      };
      const size_t count = stage.weights.size(), terms = stage.downTypes.size();
      take(0, found.weights, [&](size_t) { return gradient.scalar_type(); });
      take(count, found.biases, [&](size_t j) { return stage.biasTypes[j]; });
      take(2 * count, found.downs, [&](size_t j) { return stage.downTypes[j]; });
      take(2 * count + terms, found.ups, [&](size_t j) { return stage.upTypes[j]; });
      gradient = found.input;
      if (!gradient.defined()) return result;
    }
    result[0] = gradient.view(inputSizes);
    return result;
  }

  void release_variables() override { stages.clear(); }

  std::string name() const override { return "DenseBackward"; }

 private:
  std::vector<bool> wantedOf(size_t first, size_t count) const {
    std::vector<bool> wanted;
    for (size_t i = 0; i < count; ++i) wanted.push_back(task_should_compute_output(first + i));
    return wanted;
  }

  bool wantsAnyBefore(size_t stage) const {
    for (size_t edge = 0; edge < stages[stage].firstEdge; ++edge)
      if (task_should_compute_output(edge)) return true;
    return false;
  }

  Gradients differentiate(size_t index, const at::Tensor &gradient) {
    Stage &stage = stages[index];
    const size_t count = stage.weights.size(), terms = stage.downTypes.size();
    Wanted wanted;
    wanted.input = wantsAnyBefore(index);
    wanted.weights = wantedOf(stage.firstEdge, count);
    wanted.biases = wantedOf(stage.firstEdge + count, count);
    wanted.downs = wantedOf(stage.firstEdge + 2 * count, terms);
    wanted.ups = wantedOf(stage.firstEdge + 2 * count + terms, terms);
    Tensors weights;
    for (size_t i = 0; i < count; ++i)
      weights.push_back(
          stage.quantized[i] ? stage.quantized[i]->values(gradient.scalar_type()) : stage.weights[i].unpack());
    at::Tensor rows = stage.rows;
    if (index == 0 && (wanted.anyWeight() || wanted.anyDown())) rows = asMatrix(stage.input.unpack());
    return dense::backward(
        weights, stage.kept, rows, gradient, wanted,
        index > 0 ? stages[index - 1].kept.derivative : at::Tensor());
  }
};

Stage keptOf(const Layers &layers, Kept &&kept, size_t firstEdge) {
  Stage stage;
  for (size_t i = 0; i < layers.weights.size(); ++i)
    stage.weights.push_back(layers.quantized[i] ? SavedVariable() : SavedVariable(layers.weights[i], false));
  stage.quantized = layers.quantized;
  for (const at::Tensor &bias : layers.biases)
    stage.biasTypes.push_back(bias.defined() ? bias.scalar_type() : at::kFloat);
  for (const Term &term : layers.terms) {
    stage.downTypes.push_back(term.down.scalar_type());
    stage.upTypes.push_back(term.up.scalar_type());
  }
  const bool wantsUps =
      std::any_of(layers.terms.begin(), layers.terms.end(), [](const Term &term) { return wants(term.up); });
  if (!wantsUps) kept.middle = at::Tensor();
  stage.kept = std::move(kept);
  stage.firstEdge = firstEdge;
  return stage;
}

Edge edgeOf(const at::Tensor &tensor) {
  return wants(tensor) ? torch::autograd::impl::gradient_edge(tensor) : Edge();
}

void addEdges(const Layers &layers, torch::autograd::edge_list &edges) {
  for (const at::Tensor &weight : layers.weights) edges.push_back(edgeOf(weight));
  for (const at::Tensor &bias : layers.biases) edges.push_back(edgeOf(bias));
  for (const Term &term : layers.terms) edges.push_back(edgeOf(term.down));
  for (const Term &term : layers.terms) edges.push_back(edgeOf(term.up));
}

bool readsInput(const Layers &layers) { return anyWants(layers.weights) || anyDownWants(layers); }

at::Tensor computed(const at::Tensor &input, const std::vector<Layers> &stages, Epilogue between) {
  // From which stage on something has a gradient.
  size_t recorded = 0;
  if (!at::GradMode::is_enabled()) {
    recorded = stages.size();
  } else if (!input.requires_grad()) {
    while (recorded < stages.size() && !anyWants(stages[recorded])) ++recorded;
  }
  auto node = std::make_unique<ChainBackward>();
  torch::autograd::edge_list edges{edgeOf(input)};
  at::Tensor rows;
  {
    const at::NoGradGuard unrecorded;
    rows = asMatrix(input);
    for (size_t i = 0; i < stages.size(); ++i) {
      const bool isLast = i + 1 == stages.size();
      Kept kept;
      const at::Tensor result =
          forward(stages[i], rows, isLast ? Epilogue::none : between, !isLast && recorded <= i, kept);
      if (recorded < stages.size()) {
        node->stages.push_back(keptOf(stages[i], std::move(kept), edges.size()));
        addEdges(stages[i], edges);
        if (readsInput(stages[i])) {
          if (i == 0)
            node->stages.back().input = SavedVariable(input, false);
          else
            node->stages.back().rows = rows;
        }
      }
      rows = result;
    }
  }
  const at::Tensor output = withColumns(rows, input);
  if (recorded == stages.size()) return output;
  node->set_next_edges(std::move(edges));
  node->inputSizes = input.sizes().vec();
  // libtorch's versions count a node's owners in different ways; all take it over from a unique one.
  using Owner = decltype(Edge::function);
  torch::autograd::set_history(output, Owner(std::unique_ptr<torch::autograd::Node>(std::move(node))));
  return output;
}

at::Tensor activated(const at::Tensor &x, Epilogue epilogue) {
  if (epilogue == Epilogue::none) return x;
  return at::gelu(x, epilogue == Epilogue::geluTanh ? "tanh" : "none");
}

/// input · weightᵀ in libtorch's operations, of a weight that is made numbers again on the way back.
struct QuantizedProduct : torch::autograd::Function<QuantizedProduct> {
  /// Not a tensor by itself, which libtorch would keep.
  struct Weight {
    at::Tensor values;
    std::shared_ptr<const QuantizedWeight> quantized;
  };

  struct Holder : torch::CustomClassHolder {
    explicit Holder(std::shared_ptr<const QuantizedWeight> weight) : weight(std::move(weight)) {}
    std::shared_ptr<const QuantizedWeight> weight;
  };

  static at::Tensor forward(
      torch::autograd::AutogradContext *context, const at::Tensor &input, const Weight &weight) {
    context->saved_data["weight"] = c10::IValue::make_capsule(c10::make_intrusive<Holder>(weight.quantized));
    return at::linear(input, weight.values);
  }

  static tensor_list backward(torch::autograd::AutogradContext *context, tensor_list gradients) {
    const auto capsule = context->saved_data["weight"].toCapsule();
    const at::Tensor values = static_cast<const Holder &>(*capsule).weight->values(gradients[0].scalar_type());
    return {at::matmul(gradients[0], values), at::Tensor()};
  }
};

at::Tensor plainProduct(const at::Tensor &input, const Layers &layers, size_t layer) {
  if (layers.quantized[layer] && fused::needsGradient(input))
    return QuantizedProduct::apply(input, QuantizedProduct::Weight{layers.weights[layer], layers.quantized[layer]});
  return at::linear(input, layers.weights[layer]);
}

/// One stage in libtorch's operations.
at::Tensor composed(const at::Tensor &input, const Layers &layers) {
  Tensors outputs;
  for (size_t i = 0; i < layers.weights.size(); ++i) {
    at::Tensor output = layers.quantized[i] || !layers.biases[i].defined()
                            ? plainProduct(input, layers, i)
                            : at::linear(input, layers.weights[i], layers.biases[i]);
    if (layers.quantized[i] && layers.biases[i].defined()) output = output + layers.biases[i];
    for (const Term &term : layers.terms) {
      if (term.layer != i) continue;
      const at::Tensor dropped =
          (hasKernel(input) ? fused::dropout : reference::dropout)(input, term.dropout);
      const auto type = input.scalar_type();
      output = output + at::linear(at::linear(dropped, term.down.to(type)), term.up.to(type)) * term.scale;
    }
    outputs.push_back(output);
  }
  return outputs.size() == 1 ? outputs.front() : at::cat(outputs, -1);
}

}  // namespace

at::Tensor chained(const at::Tensor &input, const std::vector<Layers> &stages, Epilogue between) {
  if (std::all_of(stages.begin(), stages.end(), [&](const Layers &stage) { return isSuitable(input, stage); }))
    return computed(input, stages, between);
  at::Tensor result = input;
  for (size_t i = 0; i < stages.size(); ++i)
    result = composed(i == 0 ? result : activated(result, between), stages[i]);
  return result;
}

}  // namespace ctorch::dense
