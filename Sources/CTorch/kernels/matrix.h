// Dense products with kernels of our own, run together: first everything that has to be laid out, then every product.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "kernel_table.h"

namespace ctorch::matrix {

/// Whether the calling thread's instruction set multiplies matrices of such elements, in these sizes: what is summed
/// over must come in whole units.
bool canMultiply(at::ScalarType type, at::IntArrayRef summedOver);

/// The transposed weights of one or several layers of one input, laid out as the right factor of `input · weightᵀ`.
struct LaidOut {
  at::Tensor panels;
  int64_t units = 0, columns = 0;
};

/// Dense products that share one call of the thread pool. The matrices are on the CPU, all of one type, and the
/// elements of their rows are neighbours: columns of a matrix are as good as a whole one.
class Products {
 public:
  explicit Products(at::ScalarType type);

  /// Lays out weights [Nᵢ, K] so that an input [M, K] is multiplied with all of them; every Nᵢ but the last must be a
  /// multiple of a panel's columns.
  LaidOut layOutRows(const std::vector<at::Tensor> &weights);

  /// output [M, N] = epilogue(input [M, K] · panels + bias); `bias` is float32 or undefined. The derivative of the
  /// epilogue goes to `derivative` when that is defined.
  void multiply(
      const at::Tensor &input, const LaidOut &weights, const at::Tensor &bias, Epilogue epilogue,
      const at::Tensor &output, const at::Tensor &derivative);

  /// output [M, K] = gradient [M, ΣNᵢ] · weights [Nᵢ, K] * factor; `factor` [M, K] may be undefined.
  void multiplyBack(
      const at::Tensor &gradient, const std::vector<at::Tensor> &weights, const at::Tensor &factor,
      const at::Tensor &output);

  /// Adds left [M, R] · rightᵀ to the product that was asked for last, of rows that are not laid out in groups;
  /// right [N, R].
  void addThinRows(const at::Tensor &left, const at::Tensor &right);

  /// Adds left [M, R] · right to it; right [R, N].
  void addThinColumns(const at::Tensor &left, const at::Tensor &right);

  /// output [N, K] = gradientᵀ [N, M] · input [M, K]; the gradient's column sums go to `sums` (float32 [N]) when it
  /// is defined.
  void multiplyTransposed(
      const at::Tensor &gradient, const at::Tensor &input, const at::Tensor &output,
      const at::Tensor &sums);

  /// Does all of it. What a product reads must not be what another one of the same call writes.
  void run();

 private:
  /// One share of laying out: columns of rows to panels or to a group, or rows to a panel.
  struct Layout {
    enum class Kind { panelOfRows, panelsOfColumns, groupOfColumns } kind;
    Rows from;
    int64_t rows = 0, count = 0;
    char *to = nullptr;
    /// Bytes from one panel to the next.
    int64_t panelStride = 0;
    float *sums = nullptr;
  };

  /// A product with its shares.
  struct Share {
    ProductCall call;
    int64_t panelsOfShare = 1, rowBlocks = 0, count = 0;
  };

  char *room(int64_t bytes);
  void layOutColumns(const at::Tensor &matrix, int64_t unitOffset, int64_t units, char *panels);
  void add(const ProductCall &call);
  void addThin(const at::Tensor &left, int64_t units, const char *panels);
  void layOut(const Layout &layout) const;
  void compute(const Share &share, int64_t task) const;

  at::ScalarType type_;
  const MatrixKernels &kernels_;
  std::vector<Layout> layouts_;
  std::vector<Share> shares_;
  /// What the products read, and where things are laid out, until `run` has ended.
  std::vector<at::Tensor> kept_;
  int64_t work_ = 0;
};

}  // namespace ctorch::matrix
