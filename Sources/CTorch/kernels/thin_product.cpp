// Terms of low rank as one product of thin matrices.
#include <algorithm>

#include "dense.h"
#include "fused.h"

namespace ctorch::dense {

namespace {

bool isSameMask(const ct_dropout_key &a, const ct_dropout_key &b) {
  if (!DropoutMask(a).removesAny() && !DropoutMask(b).removesAny()) return true;
  return a.rate == b.rate && a.seed == b.seed && a.place == b.place;
}

}  // namespace

ThinProduct::ThinProduct(const Layers &layers) {
  if (layers.terms.empty()) return;
  std::vector<int64_t> starts{0};
  for (const at::Tensor &weight : layers.weights) starts.push_back(starts.back() + weight.size(0));

  // Terms of one mask side by side, in the order of their first.
  std::vector<size_t> order;
  places.resize(layers.terms.size());
  int64_t rank = 0;
  for (size_t i = 0; i < layers.terms.size(); ++i) {
    if (std::find(order.begin(), order.end(), i) != order.end()) continue;
    Group group{layers.terms[i].dropout, rank, 0};
    for (size_t j = i; j < layers.terms.size(); ++j) {
      const Term &term = layers.terms[j];
      if (!isSameMask(group.dropout, term.dropout)) continue;
      order.push_back(j);
      places[j] = {
          rank, term.down.size(0), starts[term.layer], layers.weights[term.layer].size(0), term.scale};
      rank += places[j].rank;
    }
    group.count = rank - group.first;
    groups.push_back(group);
  }

  const at::NoGradGuard unrecorded;
  const auto options = layers.weights.front().options().requires_grad(false);
  // Products sum over whole units: a middle of an odd size gets a column of zeros.
  const int64_t padded = rank + rank % 2;
  down = padded == rank ? at::empty({padded, layers.terms.front().down.size(1)}, options)
                        : at::zeros({padded, layers.terms.front().down.size(1)}, options);
  up = at::zeros({starts.back(), padded}, options);
  for (size_t i = 0; i < places.size(); ++i) {
    const Place &place = places[i];
    down.narrow(0, place.first, place.rank).copy_(layers.terms[i].down);
    const at::Tensor part = up.narrow(0, place.layerFirst, place.layerCount).narrow(1, place.first, place.rank);
    if (place.scale == 1)
      part.copy_(layers.terms[i].up);
    else
      part.copy_(layers.terms[i].up.detach() * place.scale);
  }
}

bool ThinProduct::dropsOut() const {
  return std::any_of(groups.begin(), groups.end(), [](const Group &group) {
    return DropoutMask(group.dropout).removesAny();
  });
}

at::Tensor ThinProduct::middle(const at::Tensor &rows) const {
  const bool isPadded = groups.back().first + groups.back().count < down.size(0);
  const auto options = rows.options().requires_grad(false);
  const at::Tensor result = isPadded ? at::zeros({rows.size(0), down.size(0)}, options)
                                     : at::empty({rows.size(0), down.size(0)}, options);
  for (const Group &group : groups) {
    const at::Tensor input = fused::dropout(rows, group.dropout);
    matrix::Products products(rows.scalar_type());
    products.multiply(
        input, products.layOutRows({down.narrow(0, group.first, group.count)}), {}, Epilogue::none,
        result.narrow(1, group.first, group.count), {});
    products.run();
  }
  return result;
}

}  // namespace ctorch::dense
