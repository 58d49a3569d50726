// The kernels of one instruction set, as plain functions over plain memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "attention_call.h"
#include "layer_calls.h"
#include "low_rank_calls.h"
#include "matrix_calls.h"
#include "optimizer_calls.h"
#include "philox.h"
#include "quantized_calls.h"

namespace ctorch {

/// The element types that the kernels have.
enum class Element : int32_t { float32 = 0, bfloat16 = 1 };

/// norm(dropout(x + xBias) + residual): matrices [rows, columns], vectors in float32.
struct NormCall {
  const void *x = nullptr, *residual = nullptr;
  const float *xBias = nullptr, *weight = nullptr, *bias = nullptr;
  /// Null unless it is wanted: what is normalised.
  void *sum = nullptr;
  void *y = nullptr;
  /// What the backward pass reads: the normalised rows and their inverse deviations; null when there is none.
  void *normalised = nullptr;
  float *inverseDeviation = nullptr;
  // Backward only; the vectors' gradients are [columns] of one block of rows, added to.
  const void *yGradient = nullptr, *sumGradient = nullptr;
  void *xGradient = nullptr, *residualGradient = nullptr;
  float *weightGradient = nullptr, *biasGradient = nullptr, *xBiasGradient = nullptr;
  int64_t columns = 0;
  float epsilon = 0;
  /// Whether rows are divided by their root mean square, without taking the mean off.
  bool rootMeanSquare = false;
  DropoutMask mask;
};

/// dropout(layer_norm(word + position + segment)).
struct EmbeddingCall {
  const int64_t *tokens = nullptr, *positions = nullptr, *segments = nullptr;
  const void *words = nullptr, *positionTable = nullptr, *segmentTable = nullptr;
  const float *weight = nullptr, *bias = nullptr;
  void *y = nullptr, *normalised = nullptr;
  float *inverseDeviation = nullptr;
  const void *yGradient = nullptr;
  /// The sums' gradient [rows, columns].
  float *sumGradient = nullptr;
  float *weightGradient = nullptr, *biasGradient = nullptr;
  int64_t columns = 0;
  float epsilon = 0;
  DropoutMask mask;
};

/// `[2]`: by Element. Rows and elements are given as a first and a last, so that a caller can share them out.
struct KernelTable {
  const char *name;
  void (*attentionForward[2])(const AttentionCall &, const AttentionTask &);
  void (*attentionBackward[2])(const AttentionCall &, const AttentionTask &);
  void (*normForward[2])(const NormCall &, int64_t first, int64_t last);
  void (*normBackward[2])(const NormCall &, int64_t first, int64_t last);
  void (*embeddingForward[2])(const EmbeddingCall &, int64_t first, int64_t last);
  void (*embeddingBackward[2])(const EmbeddingCall &, int64_t first, int64_t last);
  void (*activationForward[2])(const ActivationCall &, int64_t first, int64_t last);
  void (*activationBackward[2])(const ActivationCall &, int64_t first, int64_t last);
  void (*gatedForward[2])(const GatedCall &, int64_t first, int64_t last);
  void (*gatedBackward[2])(const GatedCall &, int64_t first, int64_t last);
  void (*rotary[2])(const RotaryCall &, int64_t first, int64_t last);
  void (*crossEntropyForward[2])(const CrossEntropyCall &, int64_t first, int64_t last);
  void (*crossEntropyBackward[2])(const CrossEntropyCall &, int64_t first, int64_t last);
  /// sums [columns] += the rows of a matrix [rows, columns], from column `first` to `last`.
  void (*sumColumns[2])(
      const void *matrix, int64_t rows, int64_t columns, float *sums, int64_t first, int64_t last);
  void (*dropout[2])(
      const void *x, void *y, int64_t columns, const DropoutMask &, int64_t first, int64_t last);
  /// destination [columns] = the sum of `count` rows of a source with so many elements a row, rounded once.
  void (*sumRows[2])(
      const float *source, int64_t stride, const int64_t *rows, int64_t count, int64_t columns,
      void *destination);
  /// Elements first..<last; the gradient is theirs alone, and null when it is all zeros.
  /// Adam by Moments too; with codes, whole blocks of momentBlock elements.
  void (*adam[2][3])(const AdamCall &, const void *gradient, int64_t first, int64_t last);
  void (*sgd[2])(const SgdCall &, const void *gradient, int64_t first, int64_t last);
  /// Only the decay of a step of Adam.
  void (*decay)(const AdamCall &, int64_t first, int64_t last);
  /// Adds squares to 16 sums, the first to sum number `lane`.
  void (*addSquares[2])(const void *values, int64_t count, int64_t lane, double *sums);
  void (*accumulate[2])(float *sum, const void *values, float scale, int64_t count);
  /// Products of large matrices; null where libtorch's are no slower.
  const MatrixKernels *matrix[2];
  void (*widen)(const void *bfloat16, float *values, int64_t count);
  void (*narrow)(const float *values, void *bfloat16, int64_t count);
  void (*addLowRank[2])(const LowRankCall &, int64_t first, int64_t last);
  void (*decodeNormalFloats[2])(const NormalFloatCall &, int64_t firstBlock, int64_t lastBlock);
  void (*decodeBytes[2])(const ByteRowsCall &, int64_t firstRow, int64_t lastRow);
};

/// The table in use on the calling thread; work that is shared out takes its functions before.
const KernelTable &kernels();

extern const KernelTable portableKernels;
#if defined(__x86_64__)
extern const KernelTable avx2Kernels;
extern const KernelTable avx512Kernels;
extern const KernelTable avx512Bfloat16Kernels;
#endif

}  // namespace ctorch
