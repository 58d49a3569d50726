// Dense layers of one input, with thin products beside their weights: both directions on our own products.
#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <vector>

#include "ctorch/kernels.h"
#include "matrix.h"
#include "quantized.h"

namespace ctorch::dense {

using Tensors = std::vector<at::Tensor>;

/// scale · up · down · dropout(input), added to the result of layer number `layer`.
struct Term {
  at::Tensor down, up;
  size_t layer = 0;
  double scale = 1;
  ct_dropout_key dropout{};
};

/// Layers of one input: weights [Nᵢ, K]; the biases may be undefined.
struct Layers {
  Tensors weights, biases;
  /// Of each weight: what its numbers were made of for this pass, which makes them again for the way back; null for a
  /// weight that is kept as it is.
  std::vector<std::shared_ptr<const QuantizedWeight>> quantized;
  std::vector<Term> terms;
};

/// Whether our own products take these layers of an input of this type.
bool isSuitable(const at::Tensor &input, const Layers &layers);

/// A contiguous matrix of a tensor's last dimension.
at::Tensor asMatrix(const at::Tensor &tensor);

/// The matrix in the shape of `like`, but for the last dimension.
at::Tensor withColumns(const at::Tensor &matrix, const at::Tensor &like);

/// A bias for all columns in float32; undefined when no layer has one.
at::Tensor joinedBias(const Layers &layers);

/// All terms as one product of thin matrices: the downs below each other, the ups, times their scales, each in the
/// rows of its layer and the columns of its rank, zeros elsewhere.
struct ThinProduct {
  /// Terms of one dropout mask, which are neighbours: columns `first` to `first` + `count` of the middle.
  struct Group {
    ct_dropout_key dropout;
    int64_t first = 0, count = 0;
  };
  /// Of one term: its columns of the middle, and its layer's of the result.
  struct Place {
    int64_t first = 0, rank = 0, layerFirst = 0, layerCount = 0;
    double scale = 1;
  };

  std::vector<Group> groups;
  std::vector<Place> places;
  /// [R, K] and [ΣNᵢ, R].
  at::Tensor down, up;

  ThinProduct() = default;
  explicit ThinProduct(const Layers &layers);

  bool isEmpty() const { return places.empty(); }
  bool dropsOut() const;
  /// dropout(rows) · downᵀ, [T, R].
  at::Tensor middle(const at::Tensor &rows) const;
};

/// What is kept of a pass for its way back; what nobody asks for stays undefined.
struct Kept {
  ThinProduct thin;
  at::Tensor middle, derivative;
};

/// epilogue(rows · weightsᵀ + terms + biases) of rows [T, K].
at::Tensor forward(const Layers &layers, const at::Tensor &rows, Epilogue epilogue, bool wantsDerivative, Kept &kept);

/// Which gradients are asked for.
struct Wanted {
  bool input = false;
  std::vector<bool> weights, biases, downs, ups;

  bool anyWeight() const;
  bool anyDown() const;
};

struct Gradients {
  at::Tensor input;
  Tensors weights, biases, downs, ups;
};

/// The gradients asked for, of float32 for biases; `rows` may be undefined when neither weights nor downs are among
/// them. That of the input is multiplied with `factor` when that is defined.
Gradients backward(
    const Tensors &weights, const Kept &kept, const at::Tensor &rows, const at::Tensor &gradient,
    const Wanted &wanted, const at::Tensor &factor);

}  // namespace ctorch::dense
