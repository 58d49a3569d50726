#include "dense.h"

#include <algorithm>

#include "fused.h"
#include "parallel.h"
#include "reference_switch.h"
#include "rows.h"

namespace ctorch::dense {

namespace {

bool any(const std::vector<bool> &wanted) { return std::find(wanted.begin(), wanted.end(), true) != wanted.end(); }

bool all(const std::vector<bool> &wanted) { return std::find(wanted.begin(), wanted.end(), false) == wanted.end(); }

at::Tensor emptyMatrix(int64_t rows, int64_t columns, const at::Tensor &like) {
  return at::empty({rows, columns}, like.options().requires_grad(false));
}

int64_t totalRows(const Tensors &weights) {
  int64_t rows = 0;
  for (const at::Tensor &weight : weights) rows += weight.size(0);
  return rows;
}

/// The sums of a matrix's columns in float32.
at::Tensor columnSums(const at::Tensor &matrix) {
  const int64_t rows = matrix.size(0), columns = matrix.size(1);
  const at::Tensor result = at::zeros({columns}, at::kFloat);
  const auto kernel = kernels().sumColumns[fused::elementIndex(matrix)];
  float *const sums = result.mutable_data_ptr<float>();
  parallelPieces(columns, 64, rows * columns, [&](int64_t first, int64_t last) {
    kernel(matrix.const_data_ptr(), rows, columns, sums, first, last);
  });
  return result;
}

/// One backward pass over layers, in two steps: what the thin middle has, then what reads it.
class BackwardPass {
 public:
  BackwardPass(
      const Tensors &weights, const Kept &kept, const at::Tensor &rows, const at::Tensor &gradient,
      const Wanted &wanted)
      : weights_(weights), thin_(kept.thin), middle_(kept.middle), rows_(rows), gradient_(gradient), wanted_(wanted) {
    result.weights.resize(weights.size());
    result.biases.resize(weights.size());
    result.downs.resize(thin_.places.size());
    result.ups.resize(thin_.places.size());
  }

  void run(const at::Tensor &factor) {
    if (!thin_.isEmpty()) differentiateMiddle();
    matrix::Products products(gradient_.scalar_type());
    addInput(products, factor);
    addWeights(products);
    if (wanted_.anyDown() && !thin_.dropsOut()) addDowns(products, thin_.groups.front(), rows_);
    products.run();
    if (thin_.dropsOut()) finishBehindDropout(factor);
    shareOut();
  }

  Gradients result;

 private:
  /// The columns of the gradient that belong to a term's layer.
  at::Tensor gradientOf(const ThinProduct::Place &place) const {
    return gradient_.narrow(1, place.layerFirst, place.layerCount);
  }

  void differentiateMiddle() {
    matrix::Products products(gradient_.scalar_type());
    if (wanted_.input || wanted_.anyDown()) {
      middleGradient_ = at::zeros({gradient_.size(0), thin_.down.size(0)}, gradient_.options().requires_grad(false));
      for (const ThinProduct::Place &place : thin_.places)
        products.multiplyBack(
            gradientOf(place),
            {thin_.up.narrow(0, place.layerFirst, place.layerCount).narrow(1, place.first, place.rank)}, {},
            middleGradient_.narrow(1, place.first, place.rank));
    }
    Tensors transposed(thin_.places.size());
    for (size_t i = 0; i < thin_.places.size(); ++i) {
      if (!wanted_.ups[i]) continue;
      const ThinProduct::Place &place = thin_.places[i];
      transposed[i] = emptyMatrix(place.rank, place.layerCount, gradient_);
      products.multiplyTransposed(middle_.narrow(1, place.first, place.rank), gradientOf(place), transposed[i], {});
    }
    products.run();
    for (size_t i = 0; i < transposed.size(); ++i)
      if (transposed[i].defined()) {
        const double scale = thin_.places[i].scale;
        result.ups[i] = (scale == 1 ? transposed[i] : transposed[i] * scale).t().contiguous();
      }
  }

  void addInput(matrix::Products &products, const at::Tensor &factor) {
    if (!wanted_.input) return;
    result.input = emptyMatrix(gradient_.size(0), weights_.front().size(1), gradient_);
    products.multiplyBack(gradient_, weights_, factor, result.input);
    if (!thin_.isEmpty() && !thin_.dropsOut()) products.addThinColumns(middleGradient_, thin_.down);
  }

  /// The gradients of all weights as one product, or of those that have one.
  void addWeights(matrix::Products &products) {
    const bool wantsBiases = any(wanted_.biases);
    if (wanted_.anyWeight() && all(wanted_.weights)) {
      if (wantsBiases) biasGradients_ = at::empty({gradient_.size(1)}, at::kFloat);
      weightGradients_ = emptyMatrix(gradient_.size(1), rows_.size(1), rows_);
      products.multiplyTransposed(gradient_, rows_, weightGradients_, biasGradients_);
      return;
    }
    if (wantsBiases) biasGradients_ = columnSums(gradient_);
    int64_t first = 0;
    for (size_t i = 0; i < weights_.size(); first += weights_[i++].size(0)) {
      if (!wanted_.weights[i]) continue;
      result.weights[i] = emptyMatrix(weights_[i].size(0), rows_.size(1), rows_);
      products.multiplyTransposed(
          gradient_.narrow(1, first, weights_[i].size(0)), rows_, result.weights[i], {});
    }
  }

  /// The gradients of one group's downs; `input` is what they were multiplied with.
  void addDowns(matrix::Products &products, const ThinProduct::Group &group, const at::Tensor &input) {
    const at::Tensor gradients = emptyMatrix(group.count, input.size(1), input);
    products.multiplyTransposed(middleGradient_.narrow(1, group.first, group.count), input, gradients, {});
    for (size_t i = 0; i < thin_.places.size(); ++i) {
      const ThinProduct::Place &place = thin_.places[i];
      if (wanted_.downs[i] && place.first >= group.first && place.first < group.first + group.count)
        result.downs[i] = gradients.narrow(0, place.first - group.first, place.rank);
    }
  }

  /// Group after group, so that one masked copy of the rows exists at a time.
  void finishBehindDropout(const at::Tensor &factor) {
    for (const ThinProduct::Group &group : thin_.groups) {
      if (wanted_.anyDown()) {
        matrix::Products products(gradient_.scalar_type());
        addDowns(products, group, fused::dropout(rows_, group.dropout));
        products.run();
      }
      if (wanted_.input) addToInput(group, factor);
    }
  }

  void addToInput(const ThinProduct::Group &group, const at::Tensor &factor) {
    const at::Tensor left = middleGradient_.narrow(1, group.first, group.count);
    const at::Tensor right = fused::inFloat(thin_.down.narrow(0, group.first, group.count));
    LowRankCall call;
    call.left = left.const_data_ptr();
    call.leftStride = left.stride(0);
    call.right = right.const_data_ptr<float>();
    call.rank = group.count;
    call.columns = result.input.size(1);
    call.mask = DropoutMask(group.dropout);
    call.factor = fused::constData(factor);
    call.y = fused::data(result.input);
    const auto kernel = kernels().addLowRank[fused::elementIndex(left)];
    fused::forPiecesOfRows(left.size(0), call.columns * (1 + group.count / 4), [&](int64_t first, int64_t last) {
      kernel(call, first, last);
    });
  }

  /// Parts of what was computed for all layers at once.
  void shareOut() {
    int64_t first = 0;
    for (size_t i = 0; i < weights_.size(); ++i) {
      const int64_t size = weights_[i].size(0);
      if (weightGradients_.defined()) result.weights[i] = weightGradients_.narrow(0, first, size);
      if (wanted_.biases[i]) result.biases[i] = biasGradients_.narrow(0, first, size);
      first += size;
    }
  }

  const Tensors &weights_;
  const ThinProduct &thin_;
  const at::Tensor middle_, rows_, gradient_;
  const Wanted &wanted_;
  at::Tensor middleGradient_, weightGradients_, biasGradients_;
};

}  // namespace

at::Tensor asMatrix(const at::Tensor &tensor) { return tensor.reshape({-1, tensor.size(-1)}).contiguous(); }

at::Tensor withColumns(const at::Tensor &matrix, const at::Tensor &like) {
  std::vector<int64_t> sizes = like.sizes().vec();
  sizes.back() = matrix.size(-1);
  return matrix.view(sizes);
}

at::Tensor joinedBias(const Layers &layers) {
  const Tensors &biases = layers.biases;
  if (std::none_of(biases.begin(), biases.end(), [](const at::Tensor &bias) { return bias.defined(); })) return {};
  if (biases.size() == 1) return fused::inFloat(biases[0]);
  Tensors parts;
  for (size_t i = 0; i < biases.size(); ++i)
    parts.push_back(
        biases[i].defined() ? fused::inFloat(biases[i]) : at::zeros({layers.weights[i].size(0)}, at::kFloat));
  return at::cat(parts);
}

bool isSuitable(const at::Tensor &input, const Layers &layers) {
  if (usesReferenceKernels() || !input.device().is_cpu()) return false;
  // Forward the columns are summed over, backward the rows.
  std::vector<int64_t> summedOver;
  for (size_t i = 0; i < layers.weights.size(); ++i) {
    const at::Tensor &weight = layers.weights[i];
    if (!weight.device().is_cpu() || weight.scalar_type() != input.scalar_type() || !weight.is_contiguous())
      return false;
    if (i + 1 < layers.weights.size() && weight.size(0) % panelColumns != 0) return false;
    summedOver.push_back(weight.size(0));
    summedOver.push_back(weight.size(1));
  }
  for (const Term &term : layers.terms)
    if (!term.down.device().is_cpu() || !term.up.device().is_cpu()) return false;
  return matrix::canMultiply(input.scalar_type(), summedOver);
}

at::Tensor forward(
    const Layers &layers, const at::Tensor &rows, Epilogue epilogue, bool wantsDerivative, Kept &kept) {
  if (!layers.terms.empty()) {
    kept.thin = ThinProduct(layers);
    kept.middle = kept.thin.middle(rows);
  }
  const at::Tensor output = emptyMatrix(rows.size(0), totalRows(layers.weights), rows);
  if (wantsDerivative) kept.derivative = at::empty_like(output);
  matrix::Products products(rows.scalar_type());
  products.multiply(
      rows, products.layOutRows(layers.weights), joinedBias(layers), epilogue, output, kept.derivative);
  if (kept.middle.defined()) products.addThinRows(kept.middle, kept.thin.up);
  products.run();
  return output;
}

bool Wanted::anyWeight() const { return any(weights); }

bool Wanted::anyDown() const { return any(downs); }

Gradients backward(
    const Tensors &weights, const Kept &kept, const at::Tensor &rows, const at::Tensor &gradient,
    const Wanted &wanted, const at::Tensor &factor) {
  BackwardPass pass(weights, kept, rows, gradient, wanted);
  pass.run(factor);
  return std::move(pass.result);
}

}  // namespace ctorch::dense
