#include "matrix.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "parallel.h"

namespace ctorch::matrix {

namespace {

/// Columns and rows of one share of laying out: small enough for the first-level cache, wide enough to read memory in
/// runs of several lines.
constexpr int64_t columnsOfLayout = 4 * panelColumns, rowsOfLayout = 64;
/// Panels of a product's share at most: they stay in the second-level cache while the rows pass by.
constexpr int64_t mostPanelsOfShare = 8;

const MatrixKernels *kernelsFor(at::ScalarType type) {
  if (type != at::kFloat && type != at::kBFloat16) return nullptr;
  return kernels().matrix[int(type == at::kBFloat16 ? Element::bfloat16 : Element::float32)];
}

int64_t ceilingOf(int64_t value, int64_t divisor) { return (value + divisor - 1) / divisor; }

Rows rowsOf(const at::Tensor &matrix, int64_t firstRow = 0, int64_t firstColumn = 0) {
  const auto *data = static_cast<const char *>(matrix.const_data_ptr());
  const int64_t stride = matrix.stride(0);
  return {data + (firstRow * stride + firstColumn) * int64_t(matrix.element_size()), stride};
}

void waitFor(const std::atomic<int64_t> &done, int64_t wanted) {
  // The others are at work on it already: shares are handed out in order.
  for (int turn = 0; done.load(std::memory_order_acquire) < wanted; ++turn)
    if (turn > 1000) std::this_thread::yield();
}

}  // namespace

bool canMultiply(at::ScalarType type, at::IntArrayRef summedOver) {
  const MatrixKernels *found = kernelsFor(type);
  return found && std::all_of(summedOver.begin(), summedOver.end(), [&](int64_t size) {
           return size % found->unitElements == 0;
         });
}

Products::Products(at::ScalarType type) : type_(type), kernels_(*kernelsFor(type)) {}

char *Products::room(int64_t bytes) {
  kept_.push_back(at::empty({std::max<int64_t>(bytes, 1)}, at::kByte));
  return static_cast<char *>(kept_.back().mutable_data_ptr());
}

LaidOut Products::layOutRows(const std::vector<at::Tensor> &weights) {
  LaidOut result;
  result.units = weights.front().size(1) / kernels_.unitElements;
  for (const at::Tensor &weight : weights) result.columns += weight.size(0);
  const int64_t bytes = panelBytes(result.units);
  char *to = room(ceilingOf(result.columns, panelColumns) * bytes);
  result.panels = kept_.back();
  for (const at::Tensor &weight : weights)
    for (int64_t row = 0; row < weight.size(0); row += panelColumns, to += bytes)
      layouts_.push_back(
          {.kind = Layout::Kind::panelOfRows, .from = rowsOf(weight, row), .rows = result.units,
           .count = std::min(panelColumns, weight.size(0) - row), .to = to});
  return result;
}

/// The matrix's rows are units `unitOffset` and on of `units`.
void Products::layOutColumns(
    const at::Tensor &matrix, int64_t unitOffset, int64_t units, char *panels) {
  const int64_t rows = matrix.size(0), columns = matrix.size(1), stride = panelBytes(units);
  for (int64_t column = 0; column < columns; column += columnsOfLayout)
    for (int64_t row = 0; row < rows; row += rowsOfLayout)
      layouts_.push_back(
          {.kind = Layout::Kind::panelsOfColumns, .from = rowsOf(matrix, row, column),
           .rows = std::min(rowsOfLayout, rows - row),
           .count = std::min(columnsOfLayout, columns - column),
           .to = panels + column / panelColumns * stride +
                 panelBytes(unitOffset + row / kernels_.unitElements),
           .panelStride = stride});
}

void Products::add(const ProductCall &call) {
  Share share;
  share.call = call;
  share.rowBlocks = ceilingOf(call.rows, groupRows);
  const int64_t panels = ceilingOf(call.columns, panelColumns);
  // At least so many shares a thread that none waits long for the last.
  const int64_t wanted = 6 * at::get_num_threads();
  share.panelsOfShare =
      std::clamp<int64_t>(panels * share.rowBlocks / wanted, 1, mostPanelsOfShare);
  share.count = share.rowBlocks * ceilingOf(panels, share.panelsOfShare);
  shares_.push_back(share);
  work_ += call.rows * panels * call.units;
}

void Products::multiply(
    const at::Tensor &input, const LaidOut &weights, const at::Tensor &bias, Epilogue epilogue,
    const at::Tensor &output, const at::Tensor &derivative) {
  kept_.insert(kept_.end(), {input, weights.panels, bias});
  ProductCall call;
  call.left = rowsOf(input);
  call.panels = static_cast<const char *>(weights.panels.const_data_ptr());
  call.units = weights.units;
  call.rows = input.size(0);
  call.columns = weights.columns;
  call.outputStride = output.stride(0);
  if (bias.defined()) call.bias = bias.const_data_ptr<float>();
  call.epilogue = epilogue;
  call.output = output.mutable_data_ptr();
  if (derivative.defined()) call.derivative = derivative.mutable_data_ptr();
  add(call);
}

void Products::multiplyBack(
    const at::Tensor &gradient, const std::vector<at::Tensor> &weights, const at::Tensor &factor,
    const at::Tensor &output) {
  kept_.insert(kept_.end(), {gradient, factor});
  ProductCall call;
  call.left = rowsOf(gradient);
  call.units = gradient.size(1) / kernels_.unitElements;
  call.rows = gradient.size(0);
  call.columns = output.size(1);
  call.outputStride = output.stride(0);
  char *panels = room(ceilingOf(call.columns, panelColumns) * panelBytes(call.units));
  call.panels = panels;
  int64_t unit = 0;
  for (const at::Tensor &weight : weights) {
    layOutColumns(weight, unit, call.units, panels);
    unit += weight.size(0) / kernels_.unitElements;
  }
  if (factor.defined()) call.factor = factor.const_data_ptr();
  call.output = output.mutable_data_ptr();
  add(call);
}

void Products::addThin(const at::Tensor &left, int64_t units, const char *panels) {
  kept_.push_back(left);
  ProductCall &call = shares_.back().call;
  call.thinLeft = rowsOf(left);
  call.thinUnits = units;
  call.thinPanels = panels;
  work_ += call.rows * ceilingOf(call.columns, panelColumns) * units;
}

void Products::addThinRows(const at::Tensor &left, const at::Tensor &right) {
  const LaidOut laidOut = layOutRows({right});
  addThin(left, laidOut.units, static_cast<const char *>(laidOut.panels.const_data_ptr()));
}

void Products::addThinColumns(const at::Tensor &left, const at::Tensor &right) {
  const int64_t units = right.size(0) / kernels_.unitElements;
  char *panels = room(ceilingOf(right.size(1), panelColumns) * panelBytes(units));
  layOutColumns(right, 0, units, panels);
  kept_.push_back(right);
  addThin(left, units, panels);
}

void Products::multiplyTransposed(
    const at::Tensor &gradient, const at::Tensor &input, const at::Tensor &output,
    const at::Tensor &sums) {
  kept_.insert(kept_.end(), {gradient, input});
  ProductCall call;
  call.units = ceilingOf(gradient.size(0), kernels_.unitElements);
  call.rows = gradient.size(1);
  call.columns = call.outputStride = input.size(1);
  const int64_t groups = ceilingOf(call.rows, groupRows);
  char *to = room(groups * groupBytes(call.units));
  call.groups = to;
  for (int64_t row = 0; row < call.rows; row += groupRows, to += groupBytes(call.units))
    layouts_.push_back(
        {.kind = Layout::Kind::groupOfColumns, .from = rowsOf(gradient, 0, row),
         .rows = gradient.size(0), .count = std::min(groupRows, call.rows - row), .to = to,
         .sums = sums.defined() ? sums.mutable_data_ptr<float>() + row : nullptr});
  char *panels = room(ceilingOf(call.columns, panelColumns) * panelBytes(call.units));
  call.panels = panels;
  layOutColumns(input, 0, call.units, panels);
  call.output = output.mutable_data_ptr();
  add(call);
}

void Products::layOut(const Layout &layout) const {
  switch (layout.kind) {
    case Layout::Kind::panelOfRows:
      return kernels_.panelOfRows(layout.from, layout.count, layout.rows, layout.to);
    case Layout::Kind::groupOfColumns:
      return kernels_.groupOfColumns(
          layout.from, layout.rows, layout.count, layout.to, layout.sums);
    case Layout::Kind::panelsOfColumns:
      const int64_t bytes = int64_t(at::elementSize(type_));
      for (int64_t column = 0; column < layout.count; column += panelColumns)
        kernels_.panelOfColumns(
            {static_cast<const char *>(layout.from.data) + column * bytes, layout.from.stride},
            layout.rows, std::min(panelColumns, layout.count - column),
            layout.to + column / panelColumns * layout.panelStride);
  }
}

void Products::compute(const Share &share, int64_t task) const {
  const int64_t firstRow = task % share.rowBlocks * groupRows;
  const int64_t firstPanel = task / share.rowBlocks * share.panelsOfShare;
  kernels_.multiply(
      share.call, firstRow, std::min(firstRow + groupRows, share.call.rows), firstPanel,
      std::min(
          firstPanel + share.panelsOfShare, ceilingOf(share.call.columns, panelColumns)));
}

void Products::run() {
  const auto layouts = int64_t(layouts_.size());
  int64_t count = layouts;
  for (const Share &share : shares_) count += share.count;
  std::atomic<int64_t> laidOut{0};
  parallelTasks(count, work_ + layouts * rowsOfLayout, [&](int64_t task) {
    if (task < layouts) {
      layOut(layouts_[size_t(task)]);
      laidOut.fetch_add(1, std::memory_order_release);
      return;
    }
    waitFor(laidOut, layouts);
    task -= layouts;
    for (const Share &share : shares_) {
      if (task < share.count) return compute(share, task);
      task -= share.count;
    }
  });
}

}  // namespace ctorch::matrix
