// The sum of embeddings with its norm on the CPU; gradients of repeated rows add up in one order, in float32.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "fused.h"
#include "parallel.h"
#include "row_gradient.h"
#include "rows.h"

namespace ctorch::fused {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

struct Tables {
  at::Tensor tokens, positions, segments;
  at::Tensor words, positionTable, segmentTable;
};

const int64_t *indices(const at::Tensor &tensor) {
  return tensor.defined() ? tensor.const_data_ptr<int64_t>() : nullptr;
}

struct Embedded {
  at::Tensor y, normalised, inverseDeviation;
};

Embedded embed(
    const Tables &tables, const at::Tensor &weight, const at::Tensor &bias, double epsilon,
    const ct_dropout_key &key, bool keep) {
  const int64_t rows = tables.tokens.numel(), columns = tables.words.size(1);
  const auto options = tables.words.options().requires_grad(false);
  const at::Tensor words = tables.words.contiguous(), weights = inFloat(weight),
                   biases = inFloat(bias);
  const auto whole = [](const at::Tensor &table) {
    return table.defined() ? table.contiguous() : table;
  };
  const at::Tensor positionTable = whole(tables.positionTable),
                   segmentTable = whole(tables.segmentTable);
  Embedded result{at::empty({rows, columns}, options), {}, {}};
  if (keep) {
    result.normalised = at::empty({rows, columns}, options);
    result.inverseDeviation = at::empty({rows}, at::kFloat);
  }
  EmbeddingCall call;
  call.tokens = indices(tables.tokens);
  call.positions = indices(tables.positions);
  call.segments = indices(tables.segments);
  call.words = constData(words);
  call.positionTable = constData(positionTable);
  call.segmentTable = constData(segmentTable);
  call.weight = floats(weights);
  call.bias = floats(biases);
  call.y = data(result.y);
  call.normalised = data(result.normalised);
  call.inverseDeviation = static_cast<float *>(data(result.inverseDeviation));
  call.columns = columns;
  call.epsilon = float(epsilon);
  call.mask = DropoutMask(key);
  const auto kernel = kernels().embeddingForward[elementIndex(words)];
  parallelPieces(rows, rowsOfPiece(rows), rows * columns, [&](int64_t first, int64_t last) {
    kernel(call, first, last);
  });
  return result;
}

/// The tokens of a batch, grouped by the row of a table that was taken for them.
struct TakenRows {
  /// Token after token, those of one row together and in their order.
  std::vector<int64_t> tokens;
  /// Where each row's tokens begin among them, and the end of the last's.
  std::vector<int64_t> starts;
  /// The rows, int64, increasing.
  at::Tensor rows;

  /// Of `count` tokens, of which number i took row `taken[i]`; null: all took row 0. Those of the row `left` are left
  /// out.
  TakenRows(const int64_t *taken, int64_t count, int64_t left) {
    std::vector<std::pair<int64_t, int64_t>> places;
    places.reserve(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; ++i) {
      const int64_t row = taken ? taken[i] : 0;
      if (row != left) places.emplace_back(row, i);
    }
    if (taken) std::sort(places.begin(), places.end());
    tokens.reserve(places.size());
    std::vector<int64_t> found;
    for (const auto &[row, token] : places) {
      if (found.empty() || found.back() != row) {
        found.push_back(row);
        starts.push_back(int64_t(tokens.size()));
      }
      tokens.push_back(token);
    }
    starts.push_back(int64_t(tokens.size()));
    rows = at::tensor(found, at::kLong);
  }

  int64_t count() const { return rows.numel(); }
};

/// The sums of each taken row's gradients, written to `destination(group)`.
template <typename Destination>
void sumTakenRows(
    const at::Tensor &sumGradient, const TakenRows &taken, int element, int64_t elementSize,
    const Destination &destination) {
  const int64_t tokens = sumGradient.size(0), columns = sumGradient.size(1);
  // Few rows taken by many tokens are shared out by columns too.
  const int64_t width = taken.count() >= 64 ? columns : std::min<int64_t>(columns, 64);
  const int64_t parts = (columns + width - 1) / width;
  const auto kernel = kernels().sumRows[element];
  const float *const from = sumGradient.const_data_ptr<float>();
  parallelTasks(taken.count() * parts, tokens * columns, [&](int64_t task) {
    const int64_t group = task / parts, first = task % parts * width;
    const int64_t start = taken.starts[size_t(group)];
    kernel(
        from + first, columns, taken.tokens.data() + start, taken.starts[size_t(group) + 1] - start,
        std::min(width, columns - first), destination(group) + first * elementSize);
  });
}

/// The gradient of a table of `count` rows, of which row `indices[i]` was taken for the i-th token: all rows in memory,
/// or only those that were taken. The row of padding has none.
at::Tensor tableGradient(
    const at::Tensor &sumGradient, int64_t count, at::ScalarType type, const at::Tensor &taken, int64_t padding,
    bool holdsTakenOnly) {
  const int64_t columns = sumGradient.size(1);
  const TakenRows rows(indices(taken), sumGradient.size(0), padding);
  const at::Tensor sums =
      holdsTakenOnly ? at::empty({rows.count(), columns}, type) : at::zeros({count, columns}, type);
  const int64_t elementSize = int64_t(sums.element_size());
  char *const to = static_cast<char *>(data(sums));
  const int64_t *const numbers = rows.rows.const_data_ptr<int64_t>();
  sumTakenRows(sumGradient, rows, elementIndex(sums), elementSize, [&](int64_t group) {
    return to + (holdsTakenOnly ? group : numbers[group]) * columns * elementSize;
  });
  return holdsTakenOnly ? holdingRows(rows.rows, sums, {count, columns}) : sums;
}

struct Embedding : torch::autograd::Function<Embedding> {
  static at::Tensor forward(
      AutogradContext *context, const at::Tensor &words, const MaybeTensor &maybePositionTable,
      const MaybeTensor &maybeSegmentTable, const at::Tensor &weight, const at::Tensor &bias,
      const at::Tensor &tokens, const MaybeTensor &maybePositions,
      const MaybeTensor &maybeSegments, const PaddingRows &padding, double epsilon, const ct_dropout_key &key) {
    const at::Tensor positionTable = orUndefined(maybePositionTable),
                     segmentTable = orUndefined(maybeSegmentTable);
    const at::Tensor positions = orUndefined(maybePositions), segments = orUndefined(maybeSegments);
    const Embedded result = embed(
        {tokens, positions, segments, words, positionTable, segmentTable}, weight, bias, epsilon, key,
        true);
    context->save_for_backward(
        {result.normalised, result.inverseDeviation, weight, tokens, positions, segments});
    const auto rows = [](const at::Tensor &table) {
      return table.defined() && table.requires_grad() ? table.size(0) : int64_t(-1);
    };
    context->saved_data["words"] = rows(words);
    // Where the gradient goes on to another operation's backward pass, that one expects all rows.
    context->saved_data["wordsAreLeaf"] = words.is_leaf();
    context->saved_data["wordPadding"] = padding.words;
    context->saved_data["positionPadding"] = padding.positions;
    context->saved_data["positions"] = rows(positionTable);
    context->saved_data["segments"] = rows(segmentTable);
    context->saved_data["weight"] = gradientType(weight);
    context->saved_data["bias"] = gradientType(bias);
    context->saved_data["rate"] = key.rate;
    context->saved_data["seed"] = int64_t(key.seed);
    context->saved_data["place"] = int64_t(key.place);
    return result.y;
  }

  static tensor_list backward(AutogradContext *context, tensor_list gradients) {
    const tensor_list saved = context->get_saved_variables();
    const at::Tensor yGradient = gradients[0].contiguous(), weight = inFloat(saved[2]);
    const int64_t rows = yGradient.size(0), columns = yGradient.size(1);
    // -1 for a table that is missing or frozen, else its rows.
    const int64_t wordRows = context->saved_data["words"].toInt();
    const int64_t positionRows = context->saved_data["positions"].toInt();
    const int64_t segmentRows = context->saved_data["segments"].toInt();
    at::Tensor sumGradient;
    if (std::max({wordRows, positionRows, segmentRows}) >= 0)
      sumGradient = at::empty({rows, columns}, at::kFloat);
    EmbeddingCall call;
    call.columns = columns;
    call.mask = DropoutMask(
        {context->saved_data["rate"].toDouble(), uint64_t(context->saved_data["seed"].toInt()),
         uint64_t(context->saved_data["place"].toInt())});
    call.weight = floats(weight);
    call.yGradient = constData(yGradient);
    call.normalised = data(saved[0]);
    call.inverseDeviation = saved[1].mutable_data_ptr<float>();
    call.sumGradient = static_cast<float *>(data(sumGradient));
    const int64_t weightType = context->saved_data["weight"].toInt();
    const int64_t biasType = context->saved_data["bias"].toInt();
    VectorGradients sums(rows, columns, 2);
    const auto kernel = kernels().embeddingBackward[elementIndex(yGradient)];
    parallelPieces(rows, rowsOfPiece(rows), rows * columns, [&](int64_t first, int64_t last) {
      EmbeddingCall piece = call;
      if (weightType >= 0) piece.weightGradient = sums.piece(first, 0);
      if (biasType >= 0) piece.biasGradient = sums.piece(first, 1);
      kernel(piece, first, last);
    });
    const auto total = [&](int64_t vector, int64_t type) {
      return type >= 0 ? sums.total(vector, at::ScalarType(type)) : at::Tensor();
    };
    const auto table = [&](int64_t count, const at::Tensor &taken, int64_t padding, bool holdsTakenOnly = false) {
      if (count < 0) return at::Tensor();
      return tableGradient(sumGradient, count, yGradient.scalar_type(), taken, padding, holdsTakenOnly);
    };
    return {
        table(
            wordRows, saved[3], context->saved_data["wordPadding"].toInt(),
            context->saved_data["wordsAreLeaf"].toBool()),
        table(positionRows, saved[4], context->saved_data["positionPadding"].toInt()),
        table(segmentRows, saved[5], PaddingRows::none),
        total(0, weightType),
        total(1, biasType),
        at::Tensor(),
        at::Tensor(),
        at::Tensor(),
        at::Tensor(),
        at::Tensor(),
        at::Tensor()};
  }
};

}  // namespace

at::Tensor embeddingLayerNorm(
    const at::Tensor &tokens, const at::Tensor &positions, const at::Tensor &segments,
    const at::Tensor &words, const at::Tensor &positionTable, const at::Tensor &segmentTable,
    const at::Tensor &weight, const at::Tensor &bias, const PaddingRows &padding, double epsilon,
    const ct_dropout_key &key) {
  if (!needsGradient(words, positionTable, segmentTable, weight, bias))
    return embed(
               {tokens, positions, segments, words, positionTable, segmentTable}, weight, bias,
               epsilon, key, false)
        .y;
  return Embedding::apply(
      words, maybe(positionTable), maybe(segmentTable), weight, bias, tokens, maybe(positions),
      maybe(segments), padding, epsilon, key);
}

}  // namespace ctorch::fused
