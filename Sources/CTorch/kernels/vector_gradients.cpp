#include "fused.h"

namespace ctorch::fused {

VectorGradients::VectorGradients(int64_t rows, int64_t columns, int64_t vectors)
    : rowsOfPiece_(rowsOfPiece(rows)),
      pieces_((rows + rowsOfPiece_ - 1) / rowsOfPiece_),
      columns_(columns),
      vectors_(vectors),
      sums_(at::zeros({std::max<int64_t>(pieces_, 1), vectors, columns}, at::kFloat)) {}

float *VectorGradients::piece(int64_t first, int64_t vector) {
  return sums_.mutable_data_ptr<float>() + (first / rowsOfPiece_ * vectors_ + vector) * columns_;
}

at::Tensor VectorGradients::total(int64_t vector, at::ScalarType type) const {
  const at::Tensor result = at::zeros({columns_}, at::kFloat);
  float *const sums = result.mutable_data_ptr<float>();
  for (int64_t piece = 0; piece < pieces_; ++piece) {
    const float *from = sums_.const_data_ptr<float>() + (piece * vectors_ + vector) * columns_;
    for (int64_t column = 0; column < columns_; ++column) sums[column] += from[column];
  }
  return result.to(type);
}

}  // namespace ctorch::fused
