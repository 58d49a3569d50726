// What the matrix products of one instruction set are called with; shared by the kernels and by `matrix.cpp`.
//
// All of them work on units of four bytes: one float32, or two bfloat16 that lie behind each other in the direction
// that is summed over. A product sums over units.
#pragma once

#include <cstdint>

namespace ctorch {

/// Columns of a panel: the right factor is laid out as [panel][unit][column].
constexpr int64_t panelColumns = 32;
/// Rows of a group: a left factor that is laid out is [group][unit][row].
constexpr int64_t groupRows = 96;
constexpr int64_t unitBytes = 4;

/// Bytes of one panel, and of one group, over so many units.
constexpr int64_t panelBytes(int64_t units) { return units * panelColumns * unitBytes; }
constexpr int64_t groupBytes(int64_t units) { return units * groupRows * unitBytes; }

/// A matrix in memory; its rows may be any number of elements apart, the elements of a row are neighbours.
struct Rows {
  const void *data = nullptr;
  int64_t stride = 0;  // elements
};

/// What happens to a sum before it is stored.
enum class Epilogue : int32_t { none = 0, gelu = 1, geluTanh = 2 };

/// output [rows, columns] = epilogue(left · right + thinLeft · thinRight + bias) * factor.
struct ProductCall {
  /// Rows of the left factor as they are, or null for `groups`.
  Rows left;
  /// The left factor laid out in groups.
  const char *groups = nullptr;
  /// The right factor laid out in panels.
  const char *panels = nullptr;
  int64_t units = 0, rows = 0, columns = 0;
  /// A second product of few units, added before anything is rounded: rows as they are and panels; none without units.
  Rows thinLeft;
  const char *thinPanels = nullptr;
  int64_t thinUnits = 0;
  const float *bias = nullptr;
  Epilogue epilogue = Epilogue::none;
  /// [rows, columns], or null; rows as far apart as the output's.
  const void *factor = nullptr;
  void *output = nullptr;
  /// The epilogue's derivative, rows as far apart as the output's; null when nobody asks.
  void *derivative = nullptr;
  int64_t outputStride = 0;  // elements
};

/// The matrix products of one instruction set and element type.
struct MatrixKernels {
  /// Elements of a unit.
  int64_t unitElements;
  /// A panel of W^T: `count` rows of W (at most a panel's columns), each of `units` whole units.
  void (*panelOfRows)(const Rows &from, int64_t count, int64_t units, char *panel);
  /// A part of a panel: `count` columns (at most a panel's) of `rows` rows; those that are missing are zeros.
  void (*panelOfColumns)(const Rows &from, int64_t rows, int64_t count, char *panel);
  /// A group of X^T: `count` columns (at most a group's rows) of `rows` rows; `sums` [count], the columns' sums, or null.
  void (*groupOfColumns)(const Rows &from, int64_t rows, int64_t count, char *group, float *sums);
  /// The rows and panels of a product that one task computes; the first row is a multiple of a group's.
  void (*multiply)(
      const ProductCall &, int64_t firstRow, int64_t lastRow, int64_t firstPanel, int64_t lastPanel);
};

}  // namespace ctorch
